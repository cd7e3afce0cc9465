using System.Diagnostics;
using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The default topology plus SqueezeNet, with the 200 photographs taken in once for all tests that look at them.</summary>
public abstract class FirstLightFixture(TestBackend backend) : IAsyncLifetime
{
    private RunningSystem? _system;

    internal RunningSystem System => _system!;

    internal IReadOnlyList<Picture> Photographs { get; private set; } = [];

    internal TimeSpan TakenInAfter { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!TestData.IsAvailable || backend.Missing is not null)
        {
            return; // every test says that it is skipped, and why
        }

        Photographs = EndToEnd.Tests.Photographs.All();
        _system = await RunningSystem.StartAsync([.. SqueezeNet.AsArguments(), .. await backend.AddSystemAsync()]);
        var started = Stopwatch.GetTimestamp();
        var answers = await System.Api.UploadAsync(Photographs);
        Assert.All(answers, answer => Assert.Equal("accepted", (string?)answer["state"]));
        foreach (var model in new[] { SqueezeNet.Layout, SqueezeNet.Name })
        {
            await System.Api.WaitUntilIndexedAsync(Photographs.Count, model, TimeSpan.FromMinutes(2));
        }

        TakenInAfter = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>To be called first by every test.</summary>
    public void SkipIfMissing()
    {
        TestData.SkipIfMissing();
        Assert.SkipWhen(backend.Missing is not null, backend.Missing ?? "");
    }

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
