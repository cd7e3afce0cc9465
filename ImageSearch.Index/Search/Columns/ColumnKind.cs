namespace ImageSearch.Index.Search.Columns;

/// <summary>What the memory of a segment holds.</summary>
internal enum ColumnKind
{
    /// <summary>Ids, 32 bytes a row.</summary>
    Ids,

    /// <summary>Vectors as float32: all that is needed to make the others.</summary>
    Vectors,

    /// <summary>Vectors as one byte per dimension.</summary>
    Codes,

    /// <summary>What a step of a row's codes is worth, and how far they are from the vector.</summary>
    Factors,

    /// <summary>A row's neighbours in a graph.</summary>
    Links,
}
