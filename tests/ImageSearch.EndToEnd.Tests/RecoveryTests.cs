using System.Diagnostics;
using ImageSearch.EndToEnd.Tests.Faults;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>kill -9 in the middle of the work: everything comes back by itself, nothing is lost and nothing is there twice.</summary>
public abstract class RecoveryTests(SystemFixture fixture, ITestOutputHelper output)
{
    private const string Tag = "recovery";
    private const string Model = SqueezeNet.Layout;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Kill_EachKindOfProcessInTheMiddleOfTakingIn200Pictures_LosesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kill -9 and /proc are Linux's");
        fixture.SkipIfMissing();
        var pictures = TestData.IsAvailable ? Photographs.All() : Pictures.Some(200, seed: 9000);
        var system = fixture.System;

        var upload = PatientUpload.Start(system.Api, pictures, Tag);
        var replaced = new List<(string Service, int Killed)>();
        foreach (var (victim, after) in new[] { ("extractor-layout", pictures.Count / 4), ("index-layout-0", pictures.Count / 2), ("ingest", pictures.Count * 3 / 4) })
        {
            await Eventually.BecomesTrue(() => upload.Taken >= after || upload.Completion.IsFaulted, Deadline, what: $"{after} pictures taken in");
            Assert.False(upload.Completion.IsCompleted, $"the upload was over before {victim} could be killed");
            var process = Assert.Single(SystemProcesses.Of(system.DataDirectory, victim));
            SystemProcesses.Kill(process);
            replaced.Add((victim, process));
        }

        var killed = Stopwatch.GetTimestamp();
        await upload.Completion;
        await system.Api.WaitUntilIndexedAsync(pictures.Count, Model, Deadline, Tag);
        output.WriteLine($"all {pictures.Count} indexed {Stopwatch.GetElapsedTime(killed).TotalSeconds:F1} s after the last kill; {upload.Repeated} uploads were repeated");

        foreach (var (victim, before) in replaced)
        {
            await Eventually.BecomesTrue(
                () => SystemProcesses.Of(system.DataDirectory, victim) is [var now] && now != before, Deadline, what: $"another {victim} in its place");
        }

        var listed = await system.Api.ListAsync($"&tag={Tag}");
        Assert.Equal(pictures.Select(picture => picture.Id).Order(), listed.Select(image => (string)image["id"]!).Order());
        await Eventually.BecomesTrue(
            async () => (await system.Api.IndexedAsync())[Model] == (await system.Api.ListAsync($"&state=indexed&model={Model}")).Count,
            Deadline, what: "every picture in an index, none twice");
        foreach (var picture in pictures.Take(20))
        {
            var answer = await system.Api.SearchAsync(picture, Model, k: 2);
            var ids = answer["results"]!.AsArray().Select(hit => (string?)hit!["id"]).ToList();
            Assert.Equal(picture.Id, ids[0]);
            Assert.Equal(ids.Count, ids.Distinct().Count());
        }
    }
}
