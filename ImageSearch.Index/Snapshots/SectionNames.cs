using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Snapshots;

/// <summary>Sections of a snapshot. Columns have the names of their kinds, the second of a kind its number behind it.</summary>
internal static class SectionNames
{
    /// <summary>Of the whole index: rows of each slot, int32, 0 where a segment was dropped.</summary>
    public const string Rows = "Rows";

    /// <summary>Of the whole index: every set of tags.</summary>
    public const string TagSets = "TagSets";

    /// <summary>What the kind of index keeps beside rows; of the whole index, and of a segment.</summary>
    public const string State = "State";

    /// <summary>Of a segment: one bit a row, set where it is gone. Missing where none is.</summary>
    public const string Dead = "Dead";

    /// <summary>Of a segment: number of each row's set of tags, int32. Missing where no row has tags.</summary>
    public const string Tags = "Tags";

    /// <summary>Whether a column is written to where rows are already: new rows become neighbours of old ones.</summary>
    public static bool IsWrittenAgain(ColumnKind kind) => kind == ColumnKind.Links;

    public static string Column(ColumnKind kind, int number) => number == 0 ? kind.ToString() : $"{kind}.{number}";
}
