using System.Diagnostics;
using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>
/// Everything that a system stands on breaks, one after the other, while pictures come in and people search. Runs beside no other system: a search
/// has ten seconds, and on two cores that two systems share the processor alone can take longer.
/// </summary>
[Collection(nameof(ChaosTests))]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Count = 1000;

    private static readonly TimeSpan CutFor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly string[] Models = [SqueezeNet.Layout, "first", "second"];

    private volatile string _phase = "nothing broken";

    [Fact]
    public async Task Servers_BreakOneAfterTheOther_NothingIsLostOrTwiceAndSearchesGoOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kill -9 and /proc are Linux's");
        Assert.SkipWhen(BreakableServers.Missing is not null, BreakableServers.Missing ?? "");
        var started = Stopwatch.GetTimestamp();
        var pictures = Pictures.Small(Count, seed: 100_000);
        await using var servers = await BreakableServers.StartAsync();
        await using var system = await RunningSystem.StartAsync([.. servers.Arguments, .. LayoutModel.DeclaredAs(0, "first", 2), .. LayoutModel.DeclaredAs(1, "second", 2)]);
        var known = pictures.Take(20).ToList();
        await system.Api.UploadAsync(known);
        await Eventually.BecomesTrue(() => AllSettledAsync(system.Api, known.Count), Deadline, what: "the first pictures indexed");
        // What a process compiles for its first search is no outage: on a busy machine that takes many seconds.
        foreach (var model in Models)
        {
            await Eventually.BecomesTrue(() => AnswersWhollyAsync(system.Api, known[0], model), Deadline, what: $"a whole answer of {model}");
        }

        Say(started, "up");

        (string Name, Func<PatientUpload, Task> Break)[] faults =
        [
            ("an extractor is killed", _ => KillExtractorAsync(system)),
            ("the broker is stopped and started", _ => StopAndStartAsync(servers.Broker)),
            ("mongod is killed and started", _ => KillAndStartAsync(servers.Database)),
            ("the network to the broker is cut", _ => CutAsync(servers.BrokerLine)),
            ("the network to mongod is cut", upload => CutAsync(servers.DatabaseLine, () => Assert.False(upload.Completion.IsCompleted, "uploads went on without a database"))),
        ];
        await using var searches = SearchLoop.Start(system.Endpoint("web"), known, Models, () => _phase);
        foreach (var ((name, breaks), slice) in faults.Zip(pictures.Skip(known.Count).Chunk(Count / faults.Length)))
        {
            var upload = PatientUpload.Start(system.Api, slice);
            await Eventually.BecomesTrue(() => upload.Taken >= slice.Length / 4 || upload.Completion.IsFaulted, Deadline, what: "a part of the pictures taken in");
            _phase = name;
            await breaks(upload);
            _phase = "after " + name;
            await upload.Completion;
            Say(started, $"{name}; {upload.Repeated} uploads were repeated");
        }

        await Eventually.BecomesTrue(() => AllSettledAsync(system.Api, Count), Deadline, what: "every picture indexed or given up by every model");
        Say(started, "all settled");
        await searches.StopAsync();
        output.WriteLine(searches.Report());

        await AssertNothingLostAsync(system.Api, pictures);
        Assert.True(searches.Failures.Count == 0, string.Join(Environment.NewLine, searches.Failures.Take(10)));
        Assert.True(searches.Answered > 100, $"only {searches.Answered} searches were made");
        Assert.True(searches.Partial <= searches.Answered / 50, $"{searches.Partial} answers were partial");
        await Eventually.BecomesTrue(
            async () => (await servers.Broker.QueuesAsync()) is { } queues && Models.All(model => queues[$"extract.{model}"] == 0), Deadline, what: "queues that are empty");
        Say(started, "checked");
    }

    private static async Task<bool> AnswersWhollyAsync(Api api, Picture picture, string model)
    {
        using var answer = await api.PostSearchAsync(picture, $"?model={model}&k=3");
        return answer.IsSuccessStatusCode && !(bool)(await Api.JsonAsync(answer))["partial"]!;
    }

    private static Task KillExtractorAsync(RunningSystem system)
    {
        var replicas = SystemProcesses.Of(system.DataDirectory, "extractor-first");
        Assert.Equal(2, replicas.Count);
        SystemProcesses.Kill(replicas[0]);
        return Eventually.BecomesTrue(
            () => SystemProcesses.Of(system.DataDirectory, "extractor-first") is { Count: 2 } now && !now.Contains(replicas[0]), Deadline, what: "another extractor in its place");
    }

    private static async Task StopAndStartAsync(RabbitMqServer broker)
    {
        await broker.StopAsync();
        await broker.StartAgainAsync();
    }

    private static async Task KillAndStartAsync(MongoServer database)
    {
        database.Kill();
        await database.StartAgainAsync();
    }

    private static async Task CutAsync(TcpProxy line, Action? atTheEnd = null)
    {
        line.Cut(ProxyCut.BlackHole);
        await Task.Delay(CutFor); // this is how long the cut lasts
        atTheEnd?.Invoke();
        line.Restore();
    }

    /// <summary>What an index has is searchable; what was given up has a reason.</summary>
    private static async Task<bool> AllSettledAsync(Api api, int count)
    {
        try
        {
            var indexed = await api.IndexedAsync();
            foreach (var model in Models)
            {
                if (indexed.GetValueOrDefault(model) < count
                    && indexed.GetValueOrDefault(model) + (await api.ListAsync($"&state=failed&model={model}")).Count < count)
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is HttpRequestException or Xunit.Sdk.XunitException)
        {
            return false; // not answered: what was broken comes back at its own pace
        }
    }

    private async Task AssertNothingLostAsync(Api api, IReadOnlyList<Picture> pictures)
    {
        var ids = pictures.Select(picture => picture.Id).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(ids, (await api.ListAsync("")).Select(image => (string)image["id"]!).Order(StringComparer.Ordinal));
        var inIndex = await api.IndexedAsync();
        foreach (var model in Models)
        {
            var indexed = (await api.ListAsync($"&state=indexed&model={model}")).Select(image => (string)image["id"]!).ToList();
            var failed = (await api.ListAsync($"&state=failed&model={model}")).Select(image => (string)image["id"]!).ToList();
            output.WriteLine($"{model}: {indexed.Count} indexed, {failed.Count} given up");
            Assert.Equal(ids, indexed.Concat(failed).Order(StringComparer.Ordinal));
            Assert.Equal(indexed.Count, inIndex[model]);
            foreach (var id in failed)
            {
                Assert.NotEmpty((await api.StateAsync(id, model)).Reason!);
            }

            foreach (var picture in pictures.Where((_, i) => i % 20 == 0).Where(picture => indexed.Contains(picture.Id)))
            {
                var found = (await api.SearchAsync(picture, model, k: 5))["results"]!.AsArray().Select(hit => (string)hit!["id"]!).ToList();
                Assert.Equal(picture.Id, found[0]);
                Assert.Equal(found.Count, found.Distinct().Count());
            }
        }
    }

    private void Say(long started, string what) => output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds,6:F1} s: {what}");
}

[CollectionDefinition(nameof(ChaosTests), DisableParallelization = true)]
public sealed class ChaosTestsRunAlone;
