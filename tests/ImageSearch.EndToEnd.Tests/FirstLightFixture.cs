using System.Diagnostics;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The default topology plus SqueezeNet, with the 200 photographs taken in once for all tests that look at them.</summary>
public sealed class FirstLightFixture : IAsyncLifetime
{
    private RunningSystem? _system;

    internal RunningSystem System => _system!;

    internal IReadOnlyList<Picture> Photographs { get; private set; } = [];

    internal TimeSpan TakenInAfter { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!TestData.IsAvailable)
        {
            return; // every test says that it is skipped, and why
        }

        Photographs = EndToEnd.Tests.Photographs.All();
        _system = await RunningSystem.StartAsync(SqueezeNet.AsArguments());
        var started = Stopwatch.GetTimestamp();
        var answers = await System.Api.UploadAsync(Photographs);
        Assert.All(answers, answer => Assert.Equal("accepted", (string?)answer["state"]));
        foreach (var model in new[] { SqueezeNet.Layout, SqueezeNet.Name })
        {
            await System.Api.WaitUntilIndexedAsync(Photographs.Count, model, TimeSpan.FromMinutes(2));
        }

        TakenInAfter = Stopwatch.GetElapsedTime(started);
    }

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }
    }
}
