namespace ImageSearch.Index.Search;

/// <summary>What a search asks for besides its vectors.</summary>
/// <param name="K">Results at most, at least 1.</param>
/// <param name="MinimumScore">Only results with at least this cosine similarity.</param>
/// <param name="Tag">Only pictures with this tag; null: any.</param>
/// <param name="Ef">Candidates that an approximate search keeps: more of them find more of the true neighbours, in more time. 0: the index's own.</param>
/// <param name="Exact">Compare every vector in float32, whatever the index could do faster: what others are measured by.</param>
internal readonly record struct SearchOptions(int K, float MinimumScore = float.NegativeInfinity, string? Tag = null, int Ef = 0, bool Exact = false);
