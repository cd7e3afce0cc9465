using ImageSearch.Testing;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Tests.Search;

public sealed class DuplicateFoldingTests
{
    [Fact]
    public void Fold_CopiesOfTwoPictures_AreTwoGroupsLedByTheBest()
    {
        var (hits, vectors) = Plane(0, 1, 40, 41, 42, 2);

        var groups = Fold(hits, vectors, 0.99);

        Assert.Equal([(0, [1, 5]), (2, (int[])[3, 4])], groups.Select(group => (Number(group.Leader.Id), group.Duplicates.Select(hit => Number(hit.Id)).ToArray())), new GroupComparer());
    }

    [Fact]
    public void Fold_ChainOfNeighbours_DoesNotRunAwayFromItsLeader()
    {
        var (hits, vectors) = Plane(0, 6, 12, 18);

        // 6° apart: 0.9945. What is alike to a duplicate only is no duplicate.
        Assert.Equal(2, Fold(hits, vectors, 0.99).Count);
    }

    [Fact]
    public void Fold_OnBothSidesOfTheQuery_AreNoDuplicatesThoughTheirScoresAreTheSame()
    {
        var (hits, vectors) = Plane(30, -30);

        Assert.Equal(2, Fold(hits, vectors, 0.9).Count);
    }

    [Fact]
    public void Fold_WithoutVectors_EveryPictureIsAlone()
    {
        var (hits, vectors) = Plane(0, 0, 0);
        vectors.Remove(hits[1].Id);

        Assert.Equal([1, 0], Fold(hits, vectors, 0.99).Select(group => group.Duplicates.Count));
        Assert.Equal(3, Fold(hits, new Dictionary<ImageId, ReadOnlyMemory<float>>(), 0.99).Count);
    }

    [Fact]
    public void Fold_ManyDirections_IsWhatComparingAllWouldFind()
    {
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            var (hits, vectors) = Plane([.. Enumerable.Range(0, 60).Select(_ => random.Next(0, 90))]);
            var leaders = new List<RankedHit>();
            foreach (var hit in hits)
            {
                if (!leaders.Exists(leader => Dot(vectors[leader.Id], vectors[hit.Id]) >= 0.995))
                {
                    leaders.Add(hit);
                }
            }

            Assert.Equal(leaders, Fold(hits, vectors, 0.995).Select(group => group.Leader));
        }
    }

    [Fact]
    public void Fold_AlikeButNoCopies_EveryPictureIsAlone()
    {
        var (hits, vectors) = Plane(0, 1, 2);

        Assert.Equal(3, DuplicateFolding.Fold(hits, DuplicateFolding.Neighbours(hits, vectors, 0.9), (_, _, _) => false).Count);
    }

    [Fact]
    public void Fold_AmongManyThatAreAlike_ComparesWithTheNearestLeaderOnly()
    {
        var (hits, vectors) = Plane([.. Enumerable.Range(0, 40)]);
        var compared = new List<(int Leader, int Hit)>();

        DuplicateFolding.Fold(hits, DuplicateFolding.Neighbours(hits, vectors, 0.5), (leader, hit, _) =>
        {
            compared.Add((Number(leader), Number(hit)));
            return false;
        });

        Assert.All(compared, pair => Assert.Equal(1, pair.Hit - pair.Leader));
        Assert.Equal(39, compared.Count);
    }

    private static IReadOnlyList<HitGroup> Fold(IReadOnlyList<RankedHit> hits, IReadOnlyDictionary<ImageId, ReadOnlyMemory<float>> vectors, double alike) =>
        DuplicateFolding.Fold(hits, DuplicateFolding.Neighbours(hits, vectors, alike), (_, _, _) => true);

    /// <summary>Pictures as directions, in degrees off the query.</summary>
    private static (List<RankedHit> Hits, Dictionary<ImageId, ReadOnlyMemory<float>> Vectors) Plane(params int[] degrees)
    {
        var vectors = new Dictionary<ImageId, ReadOnlyMemory<float>>();
        var hits = new List<RankedHit>();
        for (var i = 0; i < degrees.Length; i++)
        {
            var angle = degrees[i] * Math.PI / 180;
            vectors[Samples.Id(i)] = new[] { (float)Math.Cos(angle), (float)Math.Sin(angle) };
            hits.Add(new RankedHit(Samples.Id(i), Math.Round(Math.Cos(angle), 6)));
        }

        return ([.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => Number(hit.Id))], vectors);
    }

    private static int Number(ImageId id) => Enumerable.Range(0, 100).First(i => Samples.Id(i) == id);

    private static float Dot(ReadOnlyMemory<float> a, ReadOnlyMemory<float> b) => (a.Span[0] * b.Span[0]) + (a.Span[1] * b.Span[1]);

    private sealed class GroupComparer : IEqualityComparer<(int Leader, int[] Others)>
    {
        public bool Equals((int Leader, int[] Others) x, (int Leader, int[] Others) y) => x.Leader == y.Leader && x.Others.SequenceEqual(y.Others);

        public int GetHashCode((int Leader, int[] Others) obj) => obj.Leader;
    }
}
