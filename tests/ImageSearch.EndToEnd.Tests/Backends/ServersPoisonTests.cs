using ImageSearch.EndToEnd.Tests.Faults;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class ServersPoisonTests(SharedServers servers, ITestOutputHelper output) : PoisonTests(output)
{
    private readonly string _name = $"poison-{Guid.NewGuid():N}";

    protected override string? Missing => SharedServers.Missing;

    protected override Task<IReadOnlyList<string>> AddSystemAsync() => servers.AddSystemAsync(_name, blobs: false);

    /// <summary>In the broker's own tools.</summary>
    protected override async Task AssertDeadAsync(string model, int expected)
    {
        var broker = await servers.BrokerAsync();
        await Eventually.BecomesTrue(
            async () => (await broker.QueuesAsync(_name)).GetValueOrDefault($"extract.{model}.dead", -1) == expected,
            what: $"{expected} messages in extract.{model}.dead");
    }
}
