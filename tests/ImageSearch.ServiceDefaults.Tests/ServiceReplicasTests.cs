using ImageSearch.ServiceDefaults.Discovery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;
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

        replicas.ReportUnanswered(replicas.All[0], Short);
        replicas.ReportUnanswered(replicas.All[0], Short);
        Assert.Equal([0, 1], Picks(replicas, 4).Distinct().Order());

        replicas.ReportUnanswered(replicas.All[0], Short);
        Assert.All(Picks(replicas, 4), pick => Assert.Equal(1, pick));
    }

    [Fact]
    public void Pick_ReplicaThatAnswersNowAndThen_IsNotAvoided()
    {
        var replicas = Replicas(2);

        for (var i = 0; i < 10; i++)
        {
            replicas.ReportUnanswered(replicas.All[0], Short);
            replicas.ReportUnanswered(replicas.All[0], Short);
            replicas.ReportUp(replicas.All[0]);
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
        replicas.ReportUnanswered(replicas.All[0], Short);
        replicas.Release(replicas.All[0]);
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.DoesNotContain(0, Picks(replicas, 6));
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Single(Picks(replicas, 6), pick => pick == 0);
        replicas.ReportUp(replicas.All[0]);
        replicas.Release(replicas.All[0]);
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
    public void Pick_AllHang_AreCalledInPanicButForOneThatFindsOut()
    {
        var replicas = Replicas(2);
        Avoid(replicas, 0, Long);
        Avoid(replicas, 1, Long);

        Assert.All([Pick(replicas), Pick(replicas)], pick => Assert.Equal((false, true), (pick.IsProbe, pick.IsPanic)));
        Assert.False(replicas.HasAnother(new CallRoute()));

        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.All([Pick(replicas), Pick(replicas)], pick => Assert.Equal((true, false), (pick.IsProbe, pick.IsPanic)));
        Assert.True(Pick(replicas).IsPanic);
        replicas.ReportUp(replicas.All[1]);
        replicas.Release(replicas.All[1]);
        Assert.All(Picks(replicas, 4), pick => Assert.Equal(1, pick));
    }

    [Fact]
    public void Pick_CallsThatWereOnlyImpatient_NeverMakeAReplicaHang()
    {
        var replicas = Replicas(1);

        for (var i = 0; i < 100; i++)
        {
            replicas.ReportUnanswered(replicas.All[0], Short);
        }

        Assert.False(Pick(replicas).IsPanic);
    }

    [Fact]
    public void Pick_HungAndDown_PrefersWhatMayAnswer()
    {
        var replicas = Replicas(3);
        Avoid(replicas, 0, Long);
        replicas.ReportDown(replicas.All[1]);
        Avoid(replicas, 2, Short);

        Assert.All(Picks(replicas, 6), pick => Assert.Equal(2, pick));
    }

    [Fact]
    public void Pick_AllAreDown_OneCallAtATimeTriesEachAndTheOthersAreMadeInPanic()
    {
        var replicas = Replicas(2);
        replicas.ReportDown(replicas.All[0]);
        replicas.ReportDown(replicas.All[1]);

        var probes = new[] { PickFast(), PickFast() };
        Assert.Equal(replicas.All, probes.Select(pick => pick.Replica).OrderBy(replica => replica.Address.Port));
        Assert.All(probes, pick => Assert.Equal((true, false), (pick.IsProbe, pick.IsPanic)));
        Assert.Equal((false, true), (PickFast().IsProbe, PickFast().IsPanic));
        Assert.False(Pick(replicas).IsPanic); // a call that does not fail fast waits as long as any

        replicas.Release(replicas.All[1]);
        Assert.Equal((replicas.All[1], true, false), PickFast());
        replicas.ReportUp(replicas.All[1]);
        replicas.Release(replicas.All[1]);
        Assert.All([PickFast(), PickFast()], pick => Assert.Equal((replicas.All[1], false, false), pick));

        (Replica Replica, bool IsProbe, bool IsPanic) PickFast() => replicas.Pick(new CallRoute { FailFast = true });
    }

    [Fact]
    public void Update_OtherEndpoints_KeepsWhatIsKnownOfThoseThatStay()
    {
        var replicas = Replicas(2);
        replicas.ReportDown(replicas.All[0]);

        replicas.Update(Source(1, 3));

        Assert.Equal([1, 3], replicas.All.Select(replica => replica.Address.Port));
        Assert.All(Picks(replicas, 4), pick => Assert.Equal(1, pick));
    }

    [Fact]
    public void Report_CallsThatFailTogether_CountOnce()
    {
        var replicas = Replicas(2);

        for (var i = 0; i < 50; i++)
        {
            replicas.ReportUnanswered(replicas.All[0], Short);
        }

        _clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Contains(0, Picks(replicas, 2));
    }

    private static void Avoid(ServiceReplicas replicas, int endpoint, TimeSpan waited)
    {
        for (var i = 0; i < 3; i++)
        {
            replicas.ReportUnanswered(replicas.All[endpoint], waited);
        }
    }

    private static (Replica Replica, bool IsProbe, bool IsPanic) Pick(ServiceReplicas replicas) => replicas.Pick(new CallRoute());

    private static List<int> Picks(ServiceReplicas replicas, int calls) =>
        [.. Enumerable.Range(0, calls).Select(_ => replicas.All.ToList().IndexOf(Pick(replicas).Replica))];

    private static ServiceEndpointSource Source(params IEnumerable<int> ports) => new(
        [.. ports.Select(port => ServiceEndpoint.Create(new UriEndPoint(new Uri($"http://127.0.0.1:{port}"))))], new CancellationChangeToken(default), new FeatureCollection());

    private ServiceReplicas Replicas(int count)
    {
        var replicas = new ServiceReplicas("backend", _clock, NullLogger.Instance);
        replicas.Update(Source(Enumerable.Range(1, count)));
        return replicas;
    }
}
