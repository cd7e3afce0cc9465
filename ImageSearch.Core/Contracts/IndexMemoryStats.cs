namespace ImageSearch.Core.Contracts;

/// <summary>Where an index's memory is, in bytes.</summary>
/// <param name="Vectors">Vectors as float32.</param>
/// <param name="Codes">Vectors as codes.</param>
/// <param name="Graph">Neighbours.</param>
/// <param name="Directory">Ids, where they are, tags, and what is deleted.</param>
/// <param name="Mapped">In files: memory that the system may take back at any time; not in <paramref name="Total"/>.</param>
/// <param name="Total">What has to be in memory.</param>
/// <param name="Limit">What <paramref name="Total"/> may reach; null: anything.</param>
public sealed record IndexMemoryStats(long Vectors, long Codes, long Graph, long Directory, long Mapped, long Total, long? Limit)
{
    /// <summary>What searches work in, kept from one to the next; not in <see cref="Total"/>.</summary>
    public long Scratch { get; init; }
}
