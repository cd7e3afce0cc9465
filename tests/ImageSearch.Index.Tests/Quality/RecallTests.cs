using ImageSearch.Index.Quality;

namespace ImageSearch.Index.Tests.Quality;

public sealed class RecallTests
{
    private static readonly ShardHit[] Truth = [Hit(1, 0.9f), Hit(2, 0.8f), Hit(3, 0.7f), Hit(4, 0.6f)];

    [Fact]
    public void Of_SameHits_IsOne() => Assert.Equal(new Recall(4, 4), Recall.Of(Truth, Truth));

    [Fact]
    public void Of_OneMissedAndAnotherInItsPlace_IsThreeQuarters() =>
        Assert.Equal(0.75, Recall.Of([Truth[0], Truth[2], Truth[3], Hit(9, 0.5f)], Truth).Value);

    [Fact]
    public void Of_NothingFound_IsZero() => Assert.Equal(0, Recall.Of([], Truth).Value);

    [Fact]
    public void Of_AnotherOfTheSameScoreAsTheLast_IsAsTrue() => Assert.Equal(1, Recall.Of([Truth[0], Truth[1], Truth[2], Hit(9, 0.6f)], Truth).Value);

    [Fact]
    public void Of_ScoreThatIsOverrated_IsNotBelieved() => Assert.Equal(0.75, Recall.Of([Hit(9, 0.95f), Truth[0], Truth[1], Truth[2]], Truth).Value);

    [Fact]
    public void Of_NothingToBeFound_ExpectsNothing() => Assert.Equal(0, Recall.Of([], []).Expected);

    [Fact]
    public void Window_Empty_HasNoValue() => Assert.Equal((null, 0L), (new RecallWindow().Value, new RecallWindow().Samples));

    [Fact]
    public void Window_MoreThanItHolds_ForgetsTheOldest()
    {
        var window = new RecallWindow(4);
        for (var i = 0; i < 10; i++)
        {
            window.Add(new Recall(0, 10));
        }

        Assert.Equal(0, window.Value);
        window.Add(new Recall(10, 10));
        Assert.Equal(0.25, window.Value);
        for (var i = 0; i < 4; i++)
        {
            window.Add(new Recall(9, 10));
        }

        Assert.Equal((0.9, 15L), (window.Value!.Value, window.Samples));
    }

    [Fact]
    public void Window_SearchesOfSeveralSizes_CountByTheirResults()
    {
        var window = new RecallWindow();
        window.Add(new Recall(99, 99));
        window.Add(new Recall(0, 1));

        Assert.Equal(0.99, window.Value);
    }

    [Theory]
    [InlineData(0.02, 2, 24)]
    [InlineData(0.5, 1, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 8, 0)]
    public void PauseAfter_KeepsTheBudget(double budget, int processors, double times) =>
        Assert.Equal(10 * times, RecallService.PauseAfter(TimeSpan.FromMilliseconds(10), budget, processors).TotalMilliseconds, 0.001);

    private static ShardHit Hit(int number, float score) => new(Vectors.Id(number), score);
}
