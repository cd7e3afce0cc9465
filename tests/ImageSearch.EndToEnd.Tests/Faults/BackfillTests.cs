using System.Diagnostics;
using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A model that is added to a collection sees every picture once, whatever happens meanwhile.</summary>
public sealed class BackfillTests(SharedServers servers, ITestOutputHelper output)
{
    private const string Second = "second";
    private const int Known = 1000;
    private const int New = 300;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Model_AddedToACollection_CatchesUpThoughIngestAndItsExtractorAreKilled()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kill -9 and /proc are Linux's");
        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        using var data = new TemporaryDirectory();
        var arguments = await servers.AddSystemAsync($"backfill-{Guid.NewGuid():N}", blobs: false);
        var pictures = Pictures.Small(Known + New, seed: 400_000);
        var started = Stopwatch.GetTimestamp();
        await using (var system = await RunningSystem.StartAsync(data.Path, waitUntilHealthy: true, arguments))
        {
            await system.Api.UploadAsync(pictures.Take(Known));
            await IndexedAsync(system.Api, SqueezeNet.Layout, Known);
            Say(started, $"{Known} pictures indexed by the first model");
        }

        await using (var system = await RunningSystem.StartAsync(data.Path, waitUntilHealthy: true, [.. arguments, .. LayoutModel.DeclaredAs(0, Second, 1)]))
        {
            Say(started, "started again with the second model");
            var upload = PatientUpload.Start(system.Api, [.. pictures.Skip(Known)]);
            foreach (var (victim, after) in new[] { ("ingest", 200), ($"extractor-{Second}", 500) })
            {
                await Eventually.BecomesTrue(async () => await CountAsync(system.Api, Second) >= after, Deadline, what: $"{after} pictures indexed by the second model");
                var indexed = await CountAsync(system.Api, Second);
                SystemProcesses.Kill(SystemProcesses.Of(data.Path, victim).Single());
                Assert.True(indexed < Known + New, "the backfill was over before it could be interrupted");
                Say(started, $"{victim} killed after {indexed}");
            }

            await upload.Completion;
            await IndexedAsync(system.Api, Second, Known + New);
            await IndexedAsync(system.Api, SqueezeNet.Layout, Known + New);
            Say(started, "both models have every picture");

            // Nothing is left to do, and nothing comes twice.
            foreach (var model in new[] { SqueezeNet.Layout, Second })
            {
                await system.Api.WaitUntilIndexedAsync(Known + New, model, Deadline);
                Assert.Empty(await system.Api.ListAsync($"&state=failed&model={model}"));
            }

            Assert.Equal(pictures.Select(picture => picture.Id).Order(), (await system.Api.ListAsync("")).Select(image => (string)image["id"]!).Order());
        }
    }

    private static Task IndexedAsync(Api api, string model, int count) => Eventually.BecomesTrue(
        async () => await CountAsync(api, model) == count, Deadline, what: $"{count} vectors of {model}");

    private static async Task<long> CountAsync(Api api, string model)
    {
        try
        {
            return (await api.IndexedAsync()).GetValueOrDefault(model);
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private void Say(long started, string what) => output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds,6:F1} s: {what}");
}
