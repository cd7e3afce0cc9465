namespace ImageSearch.Index;

/// <summary>Where the float32 vectors of an index lie, of which a search reads few: it looks at their codes first.</summary>
public enum IndexRows
{
    /// <summary>In memory.</summary>
    Memory,

    /// <summary>
    /// In a mapped file below <see cref="IndexOptions.Directory"/>: of them only what searches touch is in memory, as long as nothing else
    /// needs the room.
    /// </summary>
    Mapped,
}
