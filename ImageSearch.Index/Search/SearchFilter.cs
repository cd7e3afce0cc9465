namespace ImageSearch.Index.Search;

/// <summary>What a search asks for besides its vector.</summary>
/// <param name="K">Results at most, at least 1.</param>
/// <param name="MinimumScore">Only results with at least this cosine similarity.</param>
/// <param name="Tag">Only pictures with this tag; null: any.</param>
internal sealed record SearchFilter(int K, float MinimumScore = float.NegativeInfinity, string? Tag = null);
