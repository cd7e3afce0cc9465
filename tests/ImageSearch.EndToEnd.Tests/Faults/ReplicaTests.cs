using System.Globalization;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>
/// Two shards with two replicas each, and replicas that die or stand still while people search: 15 a second, which any machine carries, and 50 a second,
/// with times that are looked at, when asked for.
/// </summary>
[Collection(nameof(ReplicatedSystem))]
public sealed class ReplicaTests(ReplicatedSystemFixture fixture, ITestOutputHelper output)
{
    private const int Usual = 15;
    private const int Fast = 50;

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(4);

    private RunningSystem System => fixture.System;

    [Theory]
    [InlineData(Usual)]
    [InlineData(Fast, Explicit = true)]
    public async Task Kill_OneReplica_NoSearchFails(int rate)
    {
        Assert.SkipWhen(ReplicatedSystemFixture.IsMissing, "signals and /proc are Linux's");
        await fixture.WholeAgainAsync();
        await using var searches = Start(rate);
        await searches.RunUntilAsync(Before);

        SystemProcesses.Kill(fixture.Replicas(0)[0]);
        await searches.RunUntilAsync(Before + TimeSpan.FromSeconds(8));
        await searches.StopAsync();

        output.WriteLine(SteadySearches.Describe(searches.Records));
        Assert.All(searches.Records, search => Assert.Null(search.Failure));
        Assert.All(searches.Records, search => Assert.Empty(search.Errors));
        Assert.InRange(searches.Records.Count, rate * 10, rate * 30);
    }

    [Theory]
    [InlineData(Usual)]
    [InlineData(Fast, Explicit = true)]
    public async Task Kill_BothReplicasOfAShard_AnswersNameItInTimeAndAreWholeAgainByThemselves(int rate)
    {
        Assert.SkipWhen(ReplicatedSystemFixture.IsMissing, "signals and /proc are Linux's");
        await fixture.WholeAgainAsync();
        await using var searches = Start(rate);
        await searches.RunUntilAsync(Before);

        foreach (var replica in fixture.Replicas(1))
        {
            SystemProcesses.Kill(replica);
        }

        var killed = searches.Now;
        await Eventually.BecomesTrue(
            () => searches.Between(killed, TimeSpan.MaxValue) is { Length: > 20 } last && last[^20..].All(search => search.Errors.Count == 0), TimeSpan.FromSeconds(30), what: "whole answers again");
        var again = searches.Now;
        await searches.StopAsync();

        var partial = searches.Records.Where(search => search.Errors.Count > 0).ToList();
        output.WriteLine($"before: {SteadySearches.Describe(searches.Between(TimeSpan.Zero, killed))}");
        output.WriteLine($"{(again - killed).TotalSeconds:F1} s until whole: {SteadySearches.Describe(searches.Between(killed, again))}");
        output.WriteLine($"partial ones: {SteadySearches.Describe(partial)}; {string.Join(", ", partial.SelectMany(search => search.Errors).CountBy(error => error.Error).Select(error => $"{error.Value} {error.Key}"))}");
        Assert.All(searches.Records, search => Assert.Null(search.Failure));
        Assert.NotEmpty(partial);
        Assert.All(partial.SelectMany(search => search.Errors), error => Assert.Equal(1, error.Shard));
        // A shard has 2 s (Search:ShardTimeout); on a busy machine the rest of the way takes its time too.
        Assert.All(partial, search => Assert.InRange(search.Milliseconds, 0, 3000));
    }

    [Theory]
    [InlineData(Usual)]
    [InlineData(Fast, Explicit = true)]
    public async Task Stop_OneReplica_TheSlowestRecoverWithinFiveSeconds(int rate)
    {
        Assert.SkipWhen(ReplicatedSystemFixture.IsMissing, "signals and /proc are Linux's");
        await fixture.WholeAgainAsync();
        var hedgesBefore = await HedgesAsync();
        var replica = fixture.Replicas(0)[0];
        await using var searches = Start(rate);
        await searches.RunUntilAsync(Before);
        var stopped = searches.Now;
        SystemProcesses.Stop(replica);
        try
        {
            await searches.RunUntilAsync(stopped + TimeSpan.FromSeconds(10));
        }
        finally
        {
            SystemProcesses.Continue(replica);
        }

        await searches.StopAsync();
        var hedges = await HedgesAsync();

        var normal = searches.Between(TimeSpan.FromSeconds(1), stopped);
        var recovered = searches.Between(stopped + TimeSpan.FromSeconds(5), stopped + TimeSpan.FromSeconds(10));
        output.WriteLine($"before: {SteadySearches.Describe(normal)}");
        output.WriteLine($"first 5 s: {SteadySearches.Describe(searches.Between(stopped, stopped + TimeSpan.FromSeconds(5)))}");
        output.WriteLine($"then: {SteadySearches.Describe(recovered)}; {hedges - hedgesBefore} hedges");
        Assert.All(searches.Records, search => Assert.Null(search.Failure));
        Assert.All(searches.Records, search => Assert.Empty(search.Errors));
        Assert.True(hedges > hedgesBefore, "no call was hedged");
        var (usual, now) = (P99(normal), P99(recovered));
        Assert.True(rate < Fast || now < (3 * usual) + 200, $"99 % of the searches take {now:F0} ms, {usual:F0} ms before");
        await fixture.WholeAgainAsync();
    }

    private static double P99(IEnumerable<SearchRecord> searches) => OpenLoop.Percentile(searches.Select(search => search.Milliseconds), 99);

    private SteadySearches Start(int rate) => SteadySearches.Start(System.Endpoint("web"), ReplicatedSystemFixture.Model, fixture.Known, rate);

    /// <summary>Calls to indexes that a second replica answered.</summary>
    private async Task<double> HedgesAsync() => (await System.Client("web").GetStringAsync("/metrics")).Split('\n')
        .Where(line => line.StartsWith("imagesearch_search_hedges_total{", StringComparison.Ordinal)
            && line.Contains("target=\"index\"", StringComparison.Ordinal) && line.Contains("outcome=\"won\"", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
