using System.Diagnostics;
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
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "A small disk can be mounted by root only.");
        using var directory = new TemporaryDirectory();
        var data = Directory.CreateDirectory(directory.Combine("disk")).FullName;
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=380m", "tmpfs", data), "tmpfs cannot be mounted here.");
        try
        {
            var filler = Path.Combine(data, "filler");
            await using var server = await MongoServer.StartAsync([], data, Token);
            var client = new MongoConnection(server.ConnectionString, new MongoOptions { ServerSelectionTimeout = TimeSpan.FromSeconds(1) });
            await InsertAsync(client);
            Fill(filler);

            MongoUnavailableException? error = null;
            for (var i = 0; i < 200 && error is null; i++)
            {
                error = await Record.ExceptionAsync(() => InsertAsync(client)) as MongoUnavailableException;
            }

            Assert.NotNull(error);
            Assert.True(error.IsTransient, error.Message);
            Assert.Contains($"127.0.0.1:{server.Port}", error.Message, StringComparison.Ordinal);
            TestContext.Current.SendDiagnosticMessage("full disk: {0}; mongod has ended: {1}", error.Message, server.HasExited);

            File.Delete(filler);
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
        finally
        {
            await RunAsync("umount", "-l", data);
        }
    }

    private static Task<MongoWrites> InsertAsync(MongoConnection client)
    {
        var noise = new byte[1_000_000];
        Random.Shared.NextBytes(noise);
        return client.WriteAsync(
            "noise", [new InsertOneModel<BsonDocument>(new BsonDocument { { "_id", Guid.NewGuid().ToString() }, { "bytes", noise } })], Token);
    }

    /// <summary>Takes what space there is.</summary>
    private static void Fill(string path)
    {
        using var file = File.Create(path);
        var block = new byte[1 << 20];
        try
        {
            for (var i = 0; i < 2000; i++)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // full
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
