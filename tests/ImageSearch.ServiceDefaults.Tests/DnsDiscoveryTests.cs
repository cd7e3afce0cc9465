using System.Net;
using System.Net.Sockets;
using ImageSearch.ServiceDefaults.Discovery;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.ServiceDefaults.Tests;

/// <summary>A headless service: one name, one port, and an address for each replica, which has a socket of its own here too.</summary>
public sealed class DnsDiscoveryTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly int _port = TestService.FreePort();
    private readonly List<TestService> _services = [];
    private Func<IPAddress[]> _records = () => [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task Call_SeveralAddresses_TakesThemInTurnAndLeavesOutTheDead()
    {
        _records = Records(2, 3, 4);
        await StartReplicaAsync(2);
        await StartReplicaAsync(3);
        using var client = await StartCallerAsync();

        var answers = await AskAsync(client, 8);

        Assert.Equal(8, answers.Count(answer => answer is "2" or "3"));
        Assert.InRange(answers.Count(answer => answer == "2"), 2, 6);
    }

    [Fact]
    public async Task Call_AddressesChange_FollowsThem()
    {
        _records = Records(2, 3);
        await StartReplicaAsync(2);
        await StartReplicaAsync(3);
        await StartReplicaAsync(4);
        using var client = await StartCallerAsync();
        Assert.Equal(["2", "3"], (await AskAsync(client, 4)).Distinct().Order());

        _records = Records(3, 4);
        Assert.Equal(["2", "3"], (await AskAsync(client, 4)).Distinct().Order());
        _clock.Advance(TimeSpan.FromSeconds(6));

        await Testing.Eventually.Succeeds(async () => Assert.Equal(["3", "4"], (await AskAsync(client, 4)).Distinct().Order()));
    }

    [Fact]
    public async Task Call_NameServerFails_GoesOnWithWhatItKnows()
    {
        _records = Records(2, 3);
        await StartReplicaAsync(2);
        await StartReplicaAsync(3);
        using var client = await StartCallerAsync();
        await AskAsync(client, 2);

        var failures = 0;
        _records = () =>
        {
            Interlocked.Increment(ref failures);
            throw new SocketException((int)SocketError.TryAgain);
        };
        _clock.Advance(TimeSpan.FromSeconds(6));
        await Testing.Eventually.Succeeds(async () =>
        {
            await AskAsync(client, 1);
            Assert.NotEqual(0, Volatile.Read(ref failures));
        });

        Assert.Equal(["2", "3"], (await AskAsync(client, 4)).Distinct().Order());
    }

    [Fact]
    public async Task Find_AddressesOfBothFamilies_AreOneReplicaEach()
    {
        _records = () => [IPAddress.Parse("10.0.0.9"), IPAddress.Parse("fd00::9"), IPAddress.Parse("10.0.0.8"), IPAddress.Parse("fd00::8")];
        await StartCallerAsync();

        var endpoints = await _services[^1].App.Services.GetRequiredService<IServiceEndpoints>().FindAsync("backend", Token);

        Assert.Equal([new Uri($"http://10.0.0.8:{_port}"), new Uri($"http://10.0.0.9:{_port}")], endpoints);
    }

    private static Func<IPAddress[]> Records(params int[] hosts) => () => [.. hosts.Select(host => IPAddress.Parse($"127.0.0.{host}"))];

    private static async Task<List<string>> AskAsync(HttpClient client, int calls)
    {
        var answers = new List<string>();
        for (var i = 0; i < calls; i++)
        {
            answers.Add(await client.GetStringAsync("http://backend/name", Token));
        }

        return answers;
    }

    private async Task StartReplicaAsync(int host) => _services.Add(await TestService.StartAsync(
        app => app.MapGet("/name", () => $"{host}"), port: _port, address: IPAddress.Parse($"127.0.0.{host}")));

    private async Task<HttpClient> StartCallerAsync()
    {
        _services.Add(await TestService.StartAsync(
            build: builder => builder.Services
                .AddSingleton<TimeProvider>(_clock)
                .AddSingleton<ResolveHost>((host, token) => host == "backend.cluster"
                    ? Task.FromResult(_records())
                    : Dns.GetHostAddressesAsync(host, token)),
            configuration: ("services:backend:http:0", $"http://backend.cluster:{_port}")));
        return _services[^1].CreateServiceClient();
    }
}
