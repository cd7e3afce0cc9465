using ImageSearch.Core.Mongo;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>A disk of a few hundred megabytes, in memory, that fills up.</summary>
public sealed class MongoFullDiskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_DiskIsFull_SaysSoAndWorksAgainWithSpace()
    {
        Assert.SkipWhen(MongoServer.Missing is not null, MongoServer.Missing ?? "");
        await using var disk = await MountedDisk.MountAsync(megabytes: 380);
        await using var server = await MongoServer.StartAsync([], disk.Path, cancellationToken: Token);
        var client = new MongoConnection(server.ConnectionString, new MongoOptions { ServerSelectionTimeout = TimeSpan.FromSeconds(1) });
        await InsertAsync(client);
        disk.Fill();

        MongoUnavailableException? error = null;
        for (var i = 0; i < 200 && error is null; i++)
        {
            error = await Record.ExceptionAsync(() => InsertAsync(client)) as MongoUnavailableException;
        }

        Assert.NotNull(error);
        Assert.True(error.IsTransient, error.Message);
        Assert.Contains($"127.0.0.1:{server.Port}", error.Message, StringComparison.Ordinal);
        TestContext.Current.SendDiagnosticMessage("full disk: {0}; mongod has ended: {1}", error.Message, server.HasExited);

        disk.Free();
        if (server.HasExited || await Record.ExceptionAsync(() => InsertAsync(client)) is not null)
        {
            // This mongod gives up when it cannot write its journal; what looks after it starts it again.
            server.Kill();
            await server.StartAgainAsync(Token);
        }

        await Eventually.Succeeds(
            async () =>
            {
                // It may give up later, too: the journal is written by a thread of its own.
                if (server.HasExited)
                {
                    await server.StartAgainAsync(Token);
                }

                await InsertAsync(client);
            },
            cancellationToken: Token);
    }

    private static Task<MongoWrites> InsertAsync(MongoConnection client)
    {
        var noise = new byte[1_000_000];
        Random.Shared.NextBytes(noise);
        return client.WriteAsync(
            "noise", [new InsertOneModel<BsonDocument>(new BsonDocument { { "_id", Guid.NewGuid().ToString() }, { "bytes", noise } })], Token);
    }
}
