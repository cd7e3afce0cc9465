using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Snapshots;

/// <summary>An index as it was at one moment, to be saved or copied while it changes.</summary>
/// <param name="TagSets">At least those of the snapshot's rows, by number.</param>
/// <param name="Position">Of the change feed: everything before it is included.</param>
/// <param name="Changes">Changes that had been applied in this process.</param>
/// <param name="Gate">
/// Closed while changes are applied: to be taken for the moment in which something is copied that is written to again.
/// </param>
internal sealed record IndexView(
    SegmentedIndex Index, IndexKind Kind, ReadView Snapshot, IReadOnlyList<IReadOnlyList<string>> TagSets, string? Position, long Changes,
    Lock Gate);
