using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using MongoDB.Bson;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>What can be wrong with the server: one error that says what and where, and it works again when the cause is gone.</summary>
public sealed class MongoFailureTests
{
    private static readonly MongoOptions Impatient = new() { ServerSelectionTimeout = TimeSpan.FromSeconds(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public MongoFailureTests() => Assert.SkipWhen(MongoServer.Missing is not null, MongoServer.Missing ?? "");

    [Fact]
    public async Task Ask_NobodyListens_SaysWhere()
    {
        var port = ClosedPort();
        var connection = new MongoConnection($"mongodb://user:topsecret@127.0.0.1:{port}/x", Impatient);

        var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => connection.AskAsync(Token));

        Assert.Equal(MongoFailure.Unreachable, error.Failure);
        Assert.True(error.IsTransient);
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NobodyListensAndManyCall_AllHearOfItSoon()
    {
        var started = Stopwatch.GetTimestamp();
        var connection = new MongoConnection($"mongodb://127.0.0.1:{ClosedPort()}/x", new MongoOptions { ServerSelectionTimeout = TimeSpan.FromSeconds(1), Connections = 2 });

        var errors = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Assert.ThrowsAsync<MongoUnavailableException>(() => connection.AskAsync(Token))));

        Assert.All(errors, error => Assert.Equal(MongoFailure.Unreachable, error.Failure));
        // One after the other, two at a time, would be 25 s.
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Ask_CallerIsCancelled_StopsWaitingAtOnce()
    {
        var connection = new MongoConnection($"mongodb://127.0.0.1:{ClosedPort()}/x", new MongoOptions { Connections = 1, ServerSelectionTimeout = TimeSpan.FromSeconds(3) });
        using var cancelled = new CancellationTokenSource();
        var running = connection.AskAsync(cancelled.Token);
        var queued = connection.AskAsync(cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(2), Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.WaitAsync(TimeSpan.FromSeconds(2), Token));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Ask_ServerIsTooOld_SaysSo(int wireVersion)
    {
        await using var server = new FakeOldServer(wireVersion);
        var connection = new MongoConnection($"mongodb://127.0.0.1:{server.Port}/x", Impatient);

        var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => connection.AskAsync(Token));

        Assert.Equal(MongoFailure.Incompatible, error.Failure);
        Assert.Contains("4.4 or newer", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Calls_WithUsers_NeedTheRightPassword()
    {
        await using var server = await MongoServer.StartAsync(["--auth"], cancellationToken: Token);
        var admin = new MongoConnection(server.ConnectionStringOf("admin"), Impatient);
        await RunAsync(admin, new BsonDocument { { "createUser", "picture lover" }, { "pwd", "p@ss/wörd" }, { "roles", new BsonArray { "root" } } });
        // Without a user, once there is one.
        var refused = await Assert.ThrowsAsync<MongoUnavailableException>(() => RunAsync(admin, new BsonDocument("drop", "x")));
        Assert.Equal(MongoFailure.Unauthorized, refused.Failure);

        var wrong = new MongoDatabase($"{server.ConnectionStringOf("imagesearch", "picture%20lover:wrongsecret@")}?authSource=admin", Impatient);
        var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => wrong.Store.AddAsync(Samples.Image(1), Token));
        Assert.Equal(MongoFailure.Unauthorized, error.Failure);
        Assert.Contains($"127.0.0.1:{server.Port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrongsecret", error.ToString(), StringComparison.Ordinal);

        var right = new MongoDatabase(
            $"{server.ConnectionStringOf("imagesearch", $"picture%20lover:{Uri.EscapeDataString("p@ss/wörd")}@")}?authSource=admin", Impatient);
        Assert.Equal(AddOutcome.Added, await right.Store.AddAsync(Samples.Image(1), Token));
    }

    [Fact]
    public async Task Kill_InTheMiddleOfWrites_LosesNothingAcknowledged()
    {
        await using var server = await MongoServer.StartAsync(Token);
        await WriteThroughAsync(server, rounds: 2, () =>
        {
            server.Kill();
            return server.StartAgainAsync(Token);
        });
    }

    [Fact]
    public async Task StepDown_InTheMiddleOfWrites_LosesNothingAcknowledged()
    {
        await using var server = await MongoServer.StartAsync(Token);
        var admin = new MongoConnection(server.ConnectionStringOf("admin"), Impatient);
        await WriteThroughAsync(server, rounds: 1, async () =>
        {
            // It closes every connection, this one too.
            var error = await Record.ExceptionAsync(() => RunAsync(admin, new BsonDocument { { "replSetStepDown", 1 }, { "force", true } }));
            Assert.True(error is null or MongoUnavailableException { IsTransient: true }, error?.ToString());
        });
    }

    [Theory]
    [InlineData(ProxyCut.BlackHole)]
    [InlineData(ProxyCut.Reset)]
    public async Task Calls_NetworkIsCut_FailInTimeAndWorkAgain(ProxyCut cut)
    {
        await using var server = await MongoServer.StartAsync(Token);
        await using var network = TcpProxy.To(server.Port);
        var second = TimeSpan.FromSeconds(1);
        var database = new MongoDatabase(
            $"mongodb://127.0.0.1:{network.Port}/x", new MongoOptions { ServerSelectionTimeout = second, ConnectTimeout = second, SocketTimeout = second });
        await database.Store.AddAsync(Samples.Image(1), Token);

        network.Cut(cut);
        for (var i = 0; i < 3; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var error = await Assert.ThrowsAsync<MongoUnavailableException>(() => database.Store.AddAsync(Samples.Image(2), Token));
            Assert.True(error.IsTransient, error.Message);
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        }

        network.Restore();

        await Eventually.Succeeds(() => database.Store.AddAsync(Samples.Image(3), Token), cancellationToken: Token);
        Assert.NotNull(await database.Store.FindAsync(Samples.Id(3), Token));
    }

    /// <summary>Writers go on whatever happens to the server, and note what they have been promised.</summary>
    private static async Task WriteThroughAsync(MongoServer server, int rounds, Func<Task> happen)
    {
        var database = new MongoDatabase(server.ConnectionString, new MongoOptions { ServerSelectionTimeout = TimeSpan.FromSeconds(10) });
        var acknowledged = new ConcurrentBag<int>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(
            async () =>
            {
                for (var number = writer * 1_000_000; !stopping.IsCancellationRequested; number++)
                {
                    try
                    {
                        await database.Store.AddAsync(Samples.Image(number), Token);
                        await database.Store.PutVectorsAsync(Samples.Model, [Samples.Vector(number)], Token);
                        acknowledged.Add(number);
                    }
                    catch (MongoUnavailableException e) when (e.IsTransient)
                    {
                        // Not acknowledged: it may be there or not.
                    }
                }
            },
            Token)));
        for (var round = 0; round <= rounds; round++)
        {
            var enough = acknowledged.Count + 50;
            await Eventually.BecomesTrue(() => writing.IsFaulted || acknowledged.Count > enough, TimeSpan.FromSeconds(40), Token, "the writers write");
            if (round < rounds)
            {
                await happen();
            }
        }

        await stopping.CancelAsync();
        await writing;
        var ids = acknowledged.Select(Samples.Id).ToList();
        Assert.Equal(ids.Count, (await database.Store.FindAsync(ids, Token)).Count);
        Assert.Equal(ids.Count, (await database.Store.FindExtractionsAsync(Samples.Model, ids, Token)).Values.Count(extraction => extraction.State == ImageState.Indexed));
    }

    [Fact]
    public async Task Service_ServerIsAway_StartsAndIsReadyWhenItComes()
    {
        await using var server = await MongoServer.StartAsync(Token);
        await server.StopAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Mongo:ServerSelectionTimeout", "00:00:00.5")]);
        MongoBackend.Add(builder.Services, server.ConnectionString);
        using var host = builder.Build();

        await host.StartAsync(Token);

        var report = await CheckAsync();
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Contains($"127.0.0.1:{server.Port}", report.Entries[MongoBackend.HealthCheck].Description, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MongoUnavailableException>(() => host.Services.GetRequiredService<IImageStore>().CountAsync(Token));
        await server.StartAgainAsync(Token);
        await Eventually.BecomesTrue(async () => (await CheckAsync()).Status == HealthStatus.Healthy, cancellationToken: Token);
        Assert.Equal(0, await host.Services.GetRequiredService<IImageStore>().CountAsync(Token));
        await host.StopAsync(Token);

        Task<HealthReport> CheckAsync() => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);
    }

    private static Task<BsonDocument> RunAsync(MongoConnection connection, BsonDocument command) =>
        connection.RunAsync(database => database.RunCommandAsync<BsonDocument>(command, cancellationToken: Token));

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
