namespace ImageSearch.Index.Search;

/// <summary>Where an index's memory is, in bytes.</summary>
/// <param name="Vectors">Vectors as float32.</param>
/// <param name="Codes">Vectors as codes, with their factors.</param>
/// <param name="Graph">Neighbours.</param>
/// <param name="Directory">Ids, where they are, tags, and what is deleted.</param>
/// <param name="Mapped">In files: memory that the system may take back at any time.</param>
internal readonly record struct IndexMemory(long Vectors, long Codes, long Graph, long Directory, long Mapped)
{
    /// <summary>What searches work in, kept from one to the next: as many pieces as there were ever searches at once. Not in <see cref="Total"/>.</summary>
    public long Scratch { get; init; }

    /// <summary>What has to be in memory.</summary>
    public long Total => Vectors + Codes + Graph + Directory;
}
