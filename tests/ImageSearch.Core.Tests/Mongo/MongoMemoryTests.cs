using System.Diagnostics;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>Nothing stays behind in native memory: the process is as large after many documents as after some.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class MongoMemoryTests(MongoFixture fixture)
{
    private const int Piece = 1000;
    private const long Tolerance = 40L << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task WriteAndRead_ManyDocuments_MemoryStays() => RunAsync(60_000);

    /// <summary>Takes a minute.</summary>
    [Fact(Explicit = true)]
    public Task WriteAndRead_AMillionDocuments_MemoryStays() => RunAsync(1_000_000);

    private async Task RunAsync(int count)
    {
        await using var client = new MongoClient(MongoFixture.NewDatabase(await fixture.StandaloneAsync()));
        await PassAsync(client, 0);
        await PassAsync(client, 1);
        for (var piece = 2; piece < 12; piece++)
        {
            await PassAsync(client, piece);
        }

        var before = Resident();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        for (var piece = 12; piece < 12 + (count / Piece); piece++)
        {
            await PassAsync(client, piece);
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        var perDocument = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / count;
        var grown = Resident() - before;
        TestContext.Current.SendDiagnosticMessage(
            "{0} documents written and read in {1:F1} s: {2} kB more resident, {3} bytes allocated for each", count, elapsed.TotalSeconds, grown / 1024, perDocument);
        // 700 bytes lost for each of 60,000 documents.
        Assert.True(grown < Tolerance, $"{grown / 1024} kB more resident after {count} documents");
        Assert.True(perDocument < 3000, $"{perDocument} bytes allocated for each document");
    }

    private static async Task PassAsync(MongoClient client, int piece)
    {
        var documents = Enumerable.Range(piece * Piece, Piece).Select(i => new BsonDocument { { "_id", i }, { "text", "some hundred bytes of text, or not quite as many" } }).ToList();
        Assert.Equal(Piece, (await client.WriteManyAsync(MongoWriteKind.Insert, "many", documents, Token)).Count);
        var range = new BsonDocument { { "_id", new BsonDocument { { "$gte", piece * Piece }, { "$lt", (piece + 1) * Piece } } } };
        var found = await client.FindAsync("many", range, new BsonDocument { { "batchSize", 300 } }, document => document["_id"u8].ToInt32(), Token);
        Assert.Equal(Piece, found.Count);
        // Errors, and replies that are not read, are freed as well.
        await Assert.ThrowsAsync<MongoException>(() => client.WriteAsync(new BsonDocument { { "nonsense", 1 } }, Token));
        await client.ReadAsync(new BsonDocument { { "isMaster", 1 } }, _ => true, Token);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Process.GetCurrentProcess().WorkingSet64;
    }
}
