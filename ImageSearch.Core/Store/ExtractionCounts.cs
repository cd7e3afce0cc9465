namespace ImageSearch.Core.Store;

/// <summary>Known pictures of one model version by what became of them; all others are pending.</summary>
public readonly record struct ExtractionCounts(long Indexed, long Failed);
