using System.Diagnostics;
using ImageSearch.EndToEnd.Tests.Backends;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A picture at which every attempt fails: given up with its reason after its attempts, in nobody's way, and put back by a retry.</summary>
[Collection(nameof(BrokerSystem))]
public sealed class PoisonTests(BrokerSystemFixture fixture, ITestOutputHelper output)
{
    private const string Model = SqueezeNet.Layout;
    private const string Others = "beside-the-poison";

    /// <summary>The extractor's default.</summary>
    private const int MaximumAttempts = 5;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Picture_ThatFailsEveryAttempt_IsGivenUpInNobodysWayAndRetried()
    {
        Assert.SkipWhen(SharedServers.Missing is not null, SharedServers.Missing ?? "");
        var system = fixture.System;
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
        await api.UploadAsync(others, Others);
        await api.WaitUntilIndexedAsync(others.Count, Model, Deadline, Others);
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

        if (Prometheus.Missing is null)
        {
            await Eventually.BecomesTrue(async () => (await fixture.Prometheus.FiringAsync()).Contains("DeadLetters"), Deadline, what: "an alert about dead letters");
        }
    }

    private static Task StateBecomesAsync(Api api, Picture picture, string state) => Eventually.BecomesTrue(
        async () => (await api.StateAsync(picture.Id, Model)).State == state, Deadline, what: $"the picture {state}");

    private static async Task RetryAsync(Api api, Picture picture)
    {
        using var answer = await api.Http.PostAsync($"/api/v1/images/{picture.Id}/retry", null);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Dead letters are there for people with the broker's own tools.</summary>
    private Task AssertDeadAsync(int expected) => Eventually.BecomesTrue(
        async () => await fixture.WaitingInAsync($"extract.{Model}.dead") == expected, what: $"{expected} messages in extract.{Model}.dead");
}
