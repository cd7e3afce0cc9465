namespace ImageSearch.Core.Images;

/// <summary>One shard of a number of shards: it owns the buckets b with b % <see cref="Shards"/> == <see cref="Shard"/>.</summary>
public readonly record struct ShardKey
{
    public ShardKey(int shard, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shards);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards, ImageId.Buckets);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, shards);
        Shard = shard;
        Shards = shards;
    }

    public int Shard { get; }

    public int Shards { get; }

    public bool Owns(ImageId id) => id.Bucket % Shards == Shard;
}
