using ImageSearch.Index.Search;

namespace ImageSearch.Index.Following;

/// <summary>What changed since a rebuild began: ids only, as what they are now can be asked of the index that serves.</summary>
/// <param name="Of">The index that is rebuilt.</param>
internal sealed record RebuildRecord(SegmentedIndex Of, HashSet<ImageId> Touched);
