using System.Runtime.InteropServices;
using ImageSearch.Core.Models;
using ImageSearch.Testing;
using ImageSearch.Web.Relevance;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Tests.Search;

/// <summary>An answer costs no kilobytes for pages that nobody asked for.</summary>
public sealed class LongCursorTests
{
    private static readonly ModelRoute Model = new() { Name = "a-model-with-quite-a-long-name", Version = "2026-01-02", Dimension = 512, Weight = 1, Shards = 1, Replicas = 1 };
    private static readonly Calibration Calibration = new(0.1, 0.4, 0.9, 2000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Next_WithAVector_IsGivenToWhoAsksForIt(bool asked)
    {
        var answer = Answer(new SearchParameters(100, Group: true, Next: asked), stored: false);

        Assert.Equal(asked, answer.Next is not null);
        Assert.Equal(asked ? null : true, answer.More);
        if (asked)
        {
            Assert.InRange(answer.Next!.Length, 2048, 4096);
            Assert.True(SearchCursorText.Read(answer.Next, new SearchOptions())!.Parameters.Next);
        }
    }

    [Fact]
    public void Next_OfAStoredPicture_IsShortAndAlwaysGiven()
    {
        var parameters = new SearchParameters(100, Model.Name, 0.123456, new string('t', 64), new CropRectangle(0.123, 0.234, 0.345, 0.456), 4096, true, true);

        var answer = Answer(parameters, stored: true);

        Assert.InRange(answer.Next!.Length, 100, 512);
        Assert.Null(answer.More);
    }

    [Fact]
    public void More_IsAbsentAtTheEnd() => Assert.Null(Answer(new SearchParameters(10), stored: false, hasMore: false).More);

    private static SearchResponse Answer(SearchParameters parameters, bool stored, bool hasMore = true)
    {
        var vector = MemoryMarshal.AsBytes(Enumerable.Range(1, Model.Dimension).Select(i => 1f / i).ToArray().AsSpan()).ToArray();
        var id = Samples.Id(1);
        var page = new RankPage([new HitGroup(new RankedHit(id, 0.987654), [])], hasMore);
        ShardAnswer[] shards = [new(0, new ShardSearchResponse(0, Model.Version, 1, null, 1, [[]]), null)];
        return SearchAnswers.Create(
            Model,
            new SearchQuery(new QuerySource.Stored(id), parameters) { Excluded = [id] },
            new Embedding(vector, new EmbedTimes(1, 1), id, IsStored: stored),
            Calibration,
            new FoundPage(page, shards, new HashSet<ImageId>()),
            new Dictionary<ImageId, PictureDescription> { [id] = new("a.png", [], []) },
            isDescribed: true,
            maximumDepth: 1000,
            new SearchTimes(1, 1, 1, 1));
    }
}
