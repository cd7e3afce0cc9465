using FsCheck;
using FsCheck.Fluent;
using ImageSearch.Testing;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Tests.Search;

public sealed class HitMergerTests
{
    // Few ids and few scores, so that ties and doubles happen all the time.
    private static readonly Arbitrary<ShardHit[][]> Lists = Gen.Choose(0, 40)
        .SelectMany(id => Gen.Choose(-20, 20), (id, score) => new ShardHit(Samples.Id(id), score / 20f))
        .ArrayOf()
        .ArrayOf()
        .ToArbitrary();

    private static readonly Arbitrary<int> Counts = Gen.Choose(1, 30).ToArbitrary();

    [Fact]
    public void Merge_AnyLists_AreInOrderByScoreThenId() => Check((_, merged, _) =>
        merged.Zip(merged.Skip(1)).All(pair => pair.First.Score > pair.Second.Score || (pair.First.Score == pair.Second.Score && pair.First.Id < pair.Second.Id)));

    [Fact]
    public void Merge_AnyLists_HaveEachPictureOnceWithItsBestScore() => Check((lists, merged, _) =>
        merged.Select(hit => hit.Id).Distinct().Count() == merged.Count
        && merged.All(hit => hit.Score == Math.Round(lists.SelectMany(list => list).Where(other => other.Id == hit.Id).Max(other => other.Score), 6, MidpointRounding.AwayFromZero)));

    [Fact]
    public void Merge_AnyLists_LeaveOutNothingBetter() => Check((lists, merged, k) =>
    {
        var left = lists.SelectMany(list => list).Select(hit => hit.Id).Except(merged.Select(hit => hit.Id)).ToHashSet();
        return merged.Count == Math.Min(k, merged.Count + left.Count)
            && lists.SelectMany(list => list).Where(hit => left.Contains(hit.Id)).All(hit => hit.Score <= merged[^1].Score + 1e-6);
    });

    [Fact]
    public void Merge_ListsInAnyOrder_IsTheSame() => Check((lists, merged, k) => HitMerger.Merge(lists.Reverse(), k).SequenceEqual(merged));

    [Fact]
    public void Merge_ScoresThatRoundToTheSame_AreTiesById()
    {
        var (first, second) = Samples.Id(1) < Samples.Id(2) ? (Samples.Id(1), Samples.Id(2)) : (Samples.Id(2), Samples.Id(1));

        var merged = HitMerger.Merge([[new ShardHit(second, 0.50000012f)], [new ShardHit(first, 0.5f)]], 2);

        Assert.Equal([new RankedHit(first, 0.5), new RankedHit(second, 0.5)], merged);
    }

    private static void Check(Func<ShardHit[][], IReadOnlyList<RankedHit>, int, bool> property) =>
        Prop.ForAll(Lists, Counts, (lists, k) => property(lists, HitMerger.Merge(lists, k), k)).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
}
