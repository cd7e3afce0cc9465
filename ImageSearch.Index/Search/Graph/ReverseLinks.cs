namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// The links back to the rows of a batch, by the node whose list they go into, so that each list is changed by one thread and once.
/// </summary>
internal sealed class ReverseLinks
{
    private readonly List<long> _links = [];
    private readonly List<int> _starts = [];

    /// <summary>Nodes whose lists change.</summary>
    public int Targets => _starts.Count - 1;

    public void Clear()
    {
        _links.Clear();
        _starts.Clear();
    }

    /// <param name="target">That the source has a link to.</param>
    /// <param name="marked">It is the source's parent.</param>
    public void Add(int target, int source, bool marked) => _links.Add(((long)target << 32) | ((long)source << 1) | (marked ? 1L : 0));

    public void Group()
    {
        _links.Sort();
        for (var i = 0; i < _links.Count; i++)
        {
            if (i == 0 || _links[i] >> 32 != _links[i - 1] >> 32)
            {
                _starts.Add(i);
            }
        }

        _starts.Add(_links.Count);
    }

    public int Target(int i) => (int)(_links[_starts[i]] >> 32);

    /// <summary>How many go to the target.</summary>
    public int Count(int i) => _starts[i + 1] - _starts[i];

    public int Source(int i, int j) => (int)((uint)_links[_starts[i] + j] >> 1);

    public bool Marked(int i, int j) => (_links[_starts[i] + j] & 1) != 0;
}
