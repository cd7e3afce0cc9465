using System.Diagnostics;
using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A picture at which every attempt fails: given up with its reason after its attempts, in nobody's way, and put back by a retry.</summary>
public sealed class PoisonTests(SharedServers servers, ITestOutputHelper output)
{
    private const string Model = SqueezeNet.Layout;

    /// <summary>The extractor's default.</summary>
    private const int MaximumAttempts = 5;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _name = $"poison-{Guid.NewGuid():N}";

    [Fact]
    public async Task Picture_ThatFailsEveryAttempt_IsGivenUpInNobodysWayAndRetried()
    {
        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        // Pictures are files: they can be broken.
        await using var system = await RunningSystem.StartAsync(await servers.AddSystemAsync(_name, blobs: false));
        var api = system.Api;

        // One that does not decode fails at once: no attempt will succeed.
        var poison = BadPictures.Named("truncated.jpg");
        await api.UploadAsync([poison]);
        await StateBecomesAsync(api, poison, "failed");
        Assert.Equal(1, (await api.StateAsync(poison.Id, Model)).Attempts);
        await AssertDeadAsync(1);

        // A file that cannot be read is something that may pass: every attempt is made.
        var file = Directory.EnumerateFiles(Path.Combine(system.DataDirectory, "blobs", "images"), poison.Id + "*", SearchOption.AllDirectories).Single();
        File.Delete(file);
        Directory.CreateDirectory(file);
        var started = Stopwatch.GetTimestamp();
        await RetryAsync(api, poison);
        var others = Pictures.Small(50, seed: 200_000);
        await api.UploadAsync(others);
        await api.WaitUntilIndexedAsync(others.Count, Model, Deadline);
        var othersAfter = Stopwatch.GetElapsedTime(started);
        Assert.Equal("pending", (await api.StateAsync(poison.Id, Model)).State);

        await StateBecomesAsync(api, poison, "failed");
        var (_, reason, attempts) = await api.StateAsync(poison.Id, Model);
        output.WriteLine($"others indexed after {othersAfter.TotalSeconds:F1} s; given up after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s: {reason}");
        Assert.Equal(MaximumAttempts, attempts);
        Assert.Contains($"tried {MaximumAttempts} times", reason, StringComparison.Ordinal);
        await AssertDeadAsync(1);

        Directory.Delete(file);
        await File.WriteAllBytesAsync(file, Pictures.Small(1, seed: 300_000)[0].Content);
        await RetryAsync(api, poison);
        await StateBecomesAsync(api, poison, "indexed");
        await AssertDeadAsync(0);
    }

    private static Task StateBecomesAsync(Api api, Picture picture, string state) => Eventually.BecomesTrue(
        async () => (await api.StateAsync(picture.Id, Model)).State == state, Deadline, what: $"the picture {state}");

    private static async Task RetryAsync(Api api, Picture picture)
    {
        using var answer = await api.Http.PostAsync($"/api/v1/images/{picture.Id}/retry", null);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Dead letters are there for people with the broker's own tools.</summary>
    private async Task AssertDeadAsync(int expected)
    {
        var broker = await servers.BrokerAsync();
        await Eventually.BecomesTrue(
            async () => await broker.WaitingInAsync($"extract.{Model}.dead", _name) == expected,
            what: $"{expected} messages in extract.{Model}.dead");
    }
}
