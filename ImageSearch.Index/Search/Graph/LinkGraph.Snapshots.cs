namespace ImageSearch.Index.Search.Graph;

/// <summary>This part: a graph that was saved.</summary>
internal sealed unsafe partial class LinkGraph
{
    /// <param name="state">What <see cref="GraphCodec.Encode"/> gave.</param>
    /// <param name="rows">That there are.</param>
    public void Load(ReadOnlySpan<byte> state, int rows)
    {
        (_entry, var levels) = GraphCodec.Decode(state, parameters.M, rows);
        _upper.AddRange(levels);
    }
}
