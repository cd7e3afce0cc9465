namespace ImageSearch.Index.Search.Graph;

/// <summary>What a batch adds to one level.</summary>
/// <param name="first">Number of its first node there; the others follow.</param>
internal sealed class BatchLevel(int first, int[] rows, int linksEach)
{
    private readonly int[] _links = new int[rows.Length * linksEach];
    private readonly int[] _counts = new int[rows.Length];

    public int First => first;

    /// <summary>The rows of its nodes.</summary>
    public int[] Rows => rows;

    /// <summary>Nodes that the search found for a new one, by its place.</summary>
    public ReadOnlySpan<int> Links(int place) => _links.AsSpan(place * linksEach, _counts[place]);

    public void SetLinks(int place, ReadOnlySpan<int> links)
    {
        links.CopyTo(_links.AsSpan(place * linksEach, linksEach));
        _counts[place] = links.Length;
    }
}
