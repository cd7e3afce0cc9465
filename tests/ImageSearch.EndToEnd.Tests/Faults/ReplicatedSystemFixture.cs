using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A system with a model of two shards, each with two replicas, and pictures in all of them.</summary>
public sealed class ReplicatedSystemFixture : IAsyncLifetime
{
    internal const string Model = "replicated";
    private const int Count = 40;

    private RunningSystem? _system;

    private readonly HttpClient _replicas = new() { Timeout = TimeSpan.FromSeconds(2) };

    internal static bool IsMissing => !OperatingSystem.IsLinux();

    internal RunningSystem System => _system!;

    internal IReadOnlyList<Picture> Known { get; } = Pictures.Small(Count, seed: 900_000);

    public async ValueTask InitializeAsync()
    {
        if (IsMissing)
        {
            return;
        }

        _system = await RunningSystem.StartAsync(
            [.. LayoutModel.DeclaredAs(0, Model, 1).Where(argument => !argument.Contains("IndexShards", StringComparison.Ordinal)), "--Models:0:IndexShards=2", "--Models:0:IndexReplicas=2"]);
        await System.Api.UploadAsync(Known);
        await System.Api.WaitUntilIndexedAsync(Known.Count, Model, TimeSpan.FromMinutes(1));
        await WholeAgainAsync();
    }

    /// <summary>Every replica is up, and whichever is asked, nothing is missing.</summary>
    internal Task WholeAgainAsync() => Eventually.BecomesTrue(
        async () =>
        {
            try
            {
                return await IsWholeAsync();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        },
        TimeSpan.FromSeconds(60),
        what: "every replica answers with every picture");

    internal IReadOnlyList<int> Replicas(int shard) => SystemProcesses.Of(System.DataDirectory, $"index-{Model}-{shard}");

    public async ValueTask DisposeAsync()
    {
        _replicas.Dispose();
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }
    }

    // As web is told.
    private IEnumerable<Uri> Addresses() => SystemProcesses.EnvironmentOf(SystemProcesses.Of(System.DataDirectory, "web").Single())
        .Where(entry => entry.Key.StartsWith($"services__index-{Model}-", StringComparison.Ordinal)).Select(entry => new Uri(entry.Value));

    private async Task<bool> IsWholeAsync()
    {
        foreach (var picture in Known.Concat(Known))
        {
            using var answer = await System.Api.PostSearchAsync(picture, $"?model={Model}&k={Count}");
            if (!answer.IsSuccessStatusCode || await Api.JsonAsync(answer) is not { } found || (bool)found["partial"]! || found["results"]!.AsArray().Count != Count)
            {
                return false;
            }
        }

        foreach (var address in Addresses())
        {
            using var health = await _replicas.GetAsync(new Uri(address, "/health"));
            if (!health.IsSuccessStatusCode)
            {
                return false;
            }
        }

        return true;
    }
}
