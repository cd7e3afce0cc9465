using ImageSearch.Core.Store;
using ImageSearch.Index.Search;
using ImageSearch.Index.Tests.Search;

namespace ImageSearch.Index.Tests.Snapshots;

/// <summary>Random additions, changes and deletions, and what is left of them: the truth that an index is compared with.</summary>
internal sealed class IndexHistory(int dimension, int seed, int ids)
{
    private static readonly string[] Names = ["cat", "dog", "holiday", "été"];

    private readonly Random _random = new(seed);

    public Dictionary<ImageId, VectorChange> Truth { get; } = [];

    public List<VectorChange> NextPage(int most = 200)
    {
        var page = new List<VectorChange>();
        for (var i = _random.Next(1, most); i > 0; i--)
        {
            var id = Vectors.Id(_random.Next(ids));
            page.Add(_random.Next(5) < 2 ? new VectorChange(id, default, []) : new VectorChange(id, Vectors.Unit(dimension, _random.Next()), Tags()));
        }

        foreach (var change in page)
        {
            if (change.IsDeletion)
            {
                Truth.Remove(change.Id);
            }
            else
            {
                Truth[change.Id] = change;
            }
        }

        return page;
    }

    /// <summary>Everything that is left is found with its vector and its tags, and nothing else is.</summary>
    public static void AssertHolds(IReadOnlyDictionary<ImageId, VectorChange> truth, SegmentedIndex index)
    {
        Assert.Equal(truth.Count, index.Count);
        var vector = new float[index.Dimension];
        foreach (var (id, change) in truth)
        {
            Assert.True(index.TryCopy(id, vector, out var tags), $"{id} is missing");
            Assert.Equal(change.Vector.ToArray(), vector);
            Assert.Equal(change.Tags, tags);
        }

        var query = Vectors.Unit(index.Dimension, 1);
        var found = index.Search(query, new SearchOptions(truth.Count + 10, Exact: true), default);
        Assert.Equal(truth.Keys.Order(), found.Select(hit => hit.Id).Order());
        foreach (var tag in Names)
        {
            Assert.Equal(
                truth.Values.Where(change => change.Tags.Contains(tag)).Select(change => change.Id).Order(),
                index.Search(query, new SearchOptions(truth.Count + 10, Tag: tag, Exact: true), default).Select(hit => hit.Id).Order());
        }
    }

    private string[] Tags() => _random.Next(3) == 0 ? [] : [.. Names.Where(_ => _random.Next(3) == 0)];
}
