namespace ImageSearch.Index.Snapshots;

/// <summary>Whose vectors a snapshot holds; one of something else cannot be used.</summary>
internal sealed record SnapshotIdentity(string Model, string Version, int Dimension, int Shard, int Shards)
{
    /// <summary>One name per shard, so that a changed number of shards does not overwrite what another process still uses.</summary>
    public string FileName => $"{Uri.EscapeDataString(Model)}-{Uri.EscapeDataString(Version)}-{Shard}-of-{Shards}{SnapshotFile.Extension}";

    public override string ToString() => $"model {Model}, version {Version}, {Dimension} dimensions, shard {Shard} of {Shards}";
}
