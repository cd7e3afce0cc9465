using ImageSearch.ServiceDefaults.Discovery;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed class ServiceReplicasTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Pick_ReplicaThatIsOvertakenThreeTimesInARow_IsAvoided()
    {
        var replicas = Replicas(2);

        replicas.ReportUnanswered(0, Short);
        replicas.ReportUnanswered(0, Short);
        Assert.Equal([0, 1], Picks(replicas, 4).Distinct().Order());

        replicas.ReportUnanswered(0, Short);
        Assert.All(Picks(replicas, 4), pick => Assert.Equal(1, pick));
    }

    [Fact]
    public void Pick_ReplicaThatAnswersNowAndThen_IsNotAvoided()
    {
        var replicas = Replicas(2);

        for (var i = 0; i < 10; i++)
        {
            replicas.ReportUnanswered(0, Short);
            replicas.ReportUnanswered(0, Short);
            replicas.ReportUp(0);
        }

        Assert.Equal([0, 1], Picks(replicas, 4).Distinct().Order());
    }

    [Fact]
    public void Pick_AvoidedReplicaAfterItsPause_IsTriedByOneCallAtATime()
    {
        var replicas = Replicas(2);
        Avoid(replicas, 0, Short);

        _clock.Advance(TimeSpan.FromSeconds(1.1));
        var picks = Picks(replicas, 6);
        Assert.Single(picks, pick => pick == 0);

        // It does not answer this one either, and is left alone for longer; then it does.
        replicas.ReportUnanswered(0, Short);
        replicas.Release(0);
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.DoesNotContain(0, Picks(replicas, 6));
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Single(Picks(replicas, 6), pick => pick == 0);
        replicas.ReportUp(0);
        replicas.Release(0);
        Assert.Equal(3, Picks(replicas, 6).Count(pick => pick == 0));
    }

    [Fact]
    public void Pick_AllAreSlow_TakesThemInTurn()
    {
        var replicas = Replicas(2);
        Avoid(replicas, 0, Short);
        Avoid(replicas, 1, Short);

        Assert.Equal(3, Picks(replicas, 6).Count(pick => pick == 0));
        Assert.True(replicas.HasAnother(new CallRoute()));
    }

    [Fact]
    public void Pick_AllHang_IsRefusedAtOnceButForOneThatFindsOut()
    {
        var replicas = Replicas(2);
        Avoid(replicas, 0, Long);
        Avoid(replicas, 1, Long);

        Assert.Throws<UnansweredException>(() => replicas.Pick(new CallRoute(), out _));
        Assert.False(replicas.HasAnother(new CallRoute()));

        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Picks(replicas, 2);
        Assert.Throws<UnansweredException>(() => replicas.Pick(new CallRoute(), out _));
        replicas.ReportUp(1);
        replicas.Release(1);
        Assert.All(Picks(replicas, 4), pick => Assert.Equal(1, pick));
    }

    [Fact]
    public void Pick_CallsThatWereOnlyImpatient_NeverMakeAReplicaHang()
    {
        var replicas = Replicas(1);

        for (var i = 0; i < 100; i++)
        {
            replicas.ReportUnanswered(0, Short);
        }

        Assert.Equal(0, replicas.Pick(new CallRoute(), out _));
    }

    [Fact]
    public void Pick_HungAndDown_PrefersWhatMayAnswer()
    {
        var replicas = Replicas(3);
        Avoid(replicas, 0, Long);
        replicas.ReportDown(1);
        Avoid(replicas, 2, Short);

        Assert.All(Picks(replicas, 6), pick => Assert.Equal(2, pick));
    }

    [Fact]
    public void Pick_AllAreDown_OneCallAtATimeTriesEachAndThoseThatGiveUpEarlyDoNotWait()
    {
        var replicas = Replicas(2);
        replicas.ReportDown(0);
        replicas.ReportDown(1);

        int[] probes = [PickEarly(), PickEarly()];
        Assert.Equal([0, 1], probes.Order());
        Assert.Throws<UnansweredException>(() => PickEarly());
        replicas.Pick(new CallRoute(), out _); // who has nothing else to do tries all the same

        replicas.Release(1);
        Assert.Equal(1, PickEarly());
        replicas.ReportUp(1);
        replicas.Release(1);
        Assert.Equal([1, 1], new[] { PickEarly(), PickEarly() });

        int PickEarly() => replicas.Pick(new CallRoute { GivesUpEarly = true }, out _);
    }

    [Fact]
    public void Report_CallsThatFailTogether_CountOnce()
    {
        var replicas = Replicas(2);

        for (var i = 0; i < 50; i++)
        {
            replicas.ReportUnanswered(0, Short);
        }

        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Contains(0, Picks(replicas, 2));
    }

    private static void Avoid(ServiceReplicas replicas, int endpoint, TimeSpan waited)
    {
        for (var i = 0; i < 3; i++)
        {
            replicas.ReportUnanswered(endpoint, waited);
        }
    }

    private static List<int> Picks(ServiceReplicas replicas, int calls) => [.. Enumerable.Range(0, calls).Select(_ => replicas.Pick(new CallRoute(), out var _))];

    private ServiceReplicas Replicas(int count) =>
        new("backend", [.. Enumerable.Range(1, count).Select(i => new Uri($"http://127.0.0.1:{i}"))], _clock, NullLogger.Instance);
}
