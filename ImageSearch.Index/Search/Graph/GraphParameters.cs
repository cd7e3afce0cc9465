namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// What a graph is made with. The names are those of Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
/// Hierarchical Navigable Small World graphs" (2016).
/// </summary>
/// <param name="M">
/// Links that a new row gets on each level; a row has twice as many at most on level 0, and as many on the others. 2 to 64.
/// </param>
/// <param name="EfConstruction">Candidates for them.</param>
/// <param name="Ef">Candidates of a search that does not say.</param>
/// <param name="MaximumEf">Candidates of a search at most.</param>
/// <param name="Seed">With the ids it decides on the levels of rows.</param>
internal sealed record GraphParameters(int M = 16, int EfConstruction = 200, int Ef = 64, int MaximumEf = 4096, int Seed = 1)
{
    /// <summary>Links of a row on level 0.</summary>
    public int Links => 2 * M;
}
