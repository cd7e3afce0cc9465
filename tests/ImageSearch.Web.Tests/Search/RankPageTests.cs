using FsCheck;
using FsCheck.Fluent;
using ImageSearch.Testing;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Tests.Search;

/// <summary>Pages of rankings: put together they are the ranking, whatever the shards hold.</summary>
public sealed class RankPageTests
{
    private static readonly IReadOnlySet<ImageId> None = new HashSet<ImageId>();

    // Few scores, and some that differ by less than what is shown, so that pages end within ties all the time; some pictures in two shards.
    private static readonly Arbitrary<ShardHit[][]> Shards = Gen.Choose(0, 80)
        .SelectMany(id => Gen.Choose(-6, 6), (id, score) => (id, score))
        .SelectMany(hit => Gen.Choose(-2, 2), (hit, step) => new ShardHit(Samples.Id(hit.id), (hit.score / 6f) + (step * 1.2e-7f)))
        .ArrayOf()
        .Select(hits => hits.DistinctBy(hit => hit.Id).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).ToArray())
        .ArrayOf(3)
        .ToArbitrary();

    private static readonly Arbitrary<int> Sizes = Gen.Choose(1, 12).ToArbitrary();

    [Fact]
    public void Pages_OfAnyShards_AreTheWholeRanking() => Prop.ForAll(Shards, Sizes, (shards, k) =>
    {
        var whole = HitMerger.Merge(shards, int.MaxValue);
        var pages = Pages(shards, k).ToList();
        return pages.SelectMany(page => page).Select(group => group.Leader).SequenceEqual(whole)
            && pages.SkipLast(1).All(page => page.Count == k)
            && (whole.Count == 0 || pages[^1].Count is var last && last >= 1 && last <= k);
    }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

    [Fact]
    public void Pages_WithExcludedPictures_AreTheRankingWithoutThem() => Prop.ForAll(Shards, Sizes, (shards, k) =>
    {
        var excluded = shards.SelectMany(hits => hits).Select(hit => hit.Id).Where(id => id.Bucket % 3 == 0).ToHashSet();
        return Pages(shards, k, excluded).SelectMany(page => page).Select(group => group.Leader)
            .SequenceEqual(HitMerger.Merge(shards, int.MaxValue).Where(hit => !excluded.Contains(hit.Id)));
    }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

    [Fact]
    public void Pages_WhilePicturesComeAndGo_HaveNoneTwiceAndMissNoneThatStays() => Prop.ForAll(Shards, Shards, Sizes, (shards, others, k) =>
    {
        // Before every page some of the first pictures go, and some of the others come.
        var all = shards.SelectMany(hits => hits).Select(hit => hit.Id).ToHashSet();
        var going = all.Where(id => id.Bucket % 4 == 0).ToHashSet();
        ShardHit[] coming = [.. others.SelectMany(hits => hits).DistinctBy(hit => hit.Id).Where(hit => !all.Contains(hit.Id))];
        var seen = new List<ImageId>();
        RankPosition? after = null;
        for (var number = 0; ; number++)
        {
            ShardHit[][] now = [.. shards.Select((hits, shard) => hits
                .Where(hit => !going.Contains(hit.Id) || hit.Id.Bucket / 4 % 3 > number)
                .Concat(coming.Where((hit, i) => i % shards.Length == shard && hit.Id.Bucket % 3 < number))
                .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).ToArray())];
            var page = Page(now, new PageRequest([], k, after, seen.Count, None, false), Alone);
            seen.AddRange(page.Groups.Select(group => group.Leader.Id));
            if (!page.HasMore)
            {
                break;
            }

            after = RankPosition.Of(page.Groups[^1].Leader);
        }

        return seen.Distinct().Count() == seen.Count && !all.Except(going).Except(seen).Any();
    }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

    [Fact]
    public void Pages_OfGroups_AreTheGroupsOfTheWholeRanking()
    {
        // Directions in a plane, in bundles: the query is at 0°, and pictures of a bundle are near-duplicates.
        var angles = Gen.Choose(0, 11).SelectMany(_ => Gen.Choose(-30, 30), (bundle, off) => (bundle * 30) + (off / 10.0)).ArrayOf().ToArbitrary();
        Prop.ForAll(angles, Sizes, (degrees, k) =>
        {
            var vectors = new Dictionary<ImageId, ReadOnlyMemory<float>>();
            for (var i = 0; i < degrees.Length; i++)
            {
                vectors[Samples.Id(i)] = new[] { (float)Math.Cos(degrees[i] * Math.PI / 180), (float)Math.Sin(degrees[i] * Math.PI / 180) };
            }

            ShardHit[][] shards = [.. Enumerable.Range(0, 3).Select(shard => vectors
                .Where(entry => entry.Key.Bucket % 3 == shard)
                .Select(entry => new ShardHit(entry.Key, entry.Value.Span[0]))
                .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).ToArray())];
            var whole = Fold(HitMerger.Merge(shards, int.MaxValue), vectors);
            var pages = Pages(shards, k, null, hits => Fold(hits, vectors)).SelectMany(page => page).ToList();
            // A page names the duplicates that it came across.
            return pages.Select(group => group.Leader).SequenceEqual(whole.Select(group => group.Leader))
                && pages.Zip(whole).All(pair => !pair.First.Duplicates.Except(pair.Second.Duplicates).Any());
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    [Fact]
    public void Cut_AtTheDeepestLook_TakesWhatThereIs()
    {
        HitGroup[] groups = [.. Enumerable.Range(0, 3).Select(i => new HitGroup(new RankedHit(Samples.Id(i), 0.5), []))];

        Assert.Null(RankPage.Cut(groups, new PageRequest([], 3, null, 0, None, false), 0.5, isDeepest: false));
        Assert.Equal(3, RankPage.Cut(groups, new PageRequest([], 3, null, 0, None, false), 0.5, isDeepest: true)!.Groups.Count);
    }

    private static IEnumerable<IReadOnlyList<HitGroup>> Pages(
        ShardHit[][] shards, int k, IReadOnlySet<ImageId>? excluded = null, Func<IReadOnlyList<RankedHit>, IReadOnlyList<HitGroup>>? fold = null)
    {
        RankPage page;
        var given = 0;
        RankPosition? after = null;
        do
        {
            page = Page(shards, new PageRequest([], k, after, given, excluded ?? None, false), fold ?? Alone);
            yield return page.Groups;
            given += page.Groups.Count;
            after = page.HasMore ? RankPosition.Of(page.Groups[^1].Leader) : null;
        }
        while (page.HasMore);
    }

    /// <summary>Asks deeper until it is settled, as the finder does.</summary>
    private static RankPage Page(ShardHit[][] shards, PageRequest request, Func<IReadOnlyList<RankedHit>, IReadOnlyList<HitGroup>> fold)
    {
        for (var depth = request.Given + request.K + 1; ; depth = (2 * depth) + 1)
        {
            var ranking = Ranking.Of([.. shards.Select(hits => hits.Take(depth).ToArray())], depth, request.Excluded);
            if (RankPage.Cut(fold(ranking.Hits), request, ranking.SettledAbove, isDeepest: false) is { } page)
            {
                return page;
            }
        }
    }

    private static IReadOnlyList<HitGroup> Fold(IReadOnlyList<RankedHit> hits, IReadOnlyDictionary<ImageId, ReadOnlyMemory<float>> vectors) =>
        DuplicateFolding.Fold(hits, DuplicateFolding.Neighbours(hits, vectors, 0.99), (_, _, _) => true);

    private static IReadOnlyList<HitGroup> Alone(IReadOnlyList<RankedHit> hits) => [.. hits.Select(hit => new HitGroup(hit, []))];
}
