using System.Diagnostics;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Benchmarks;

/// <summary>
/// Records and vectors stored, and vectors loaded as an index server loads them, through the store on a real <c>mongod</c>; beside it what
/// the driver's cursor gives when nobody looks at the documents.
/// </summary>
internal static class StoreBenchmark
{
    private const int Count = 100_000;
    private const int Dimension = 512;
    private const int Records = 2000;
    private const int Batch = 64;
    private const int Writers = 4;
    private const int Page = 2048;

    private static readonly ModelKey Model = new("layout", "1");

    public static async Task RunAsync()
    {
        if (MongoServer.Missing is { } missing)
        {
            Console.WriteLine($"\nstore: skipped. {missing}");
            return;
        }

        Console.WriteLine($"\nstore: MongoDB 4.0, standalone, on this machine, {Count:N0} vectors × {Dimension} floats");
        await using var server = await MongoServer.StartAsync(["--wiredTigerCacheSizeGB", "1"]);
        var connection = new MongoConnection(server.ConnectionString);
        var store = new MongoImageStore(connection, new MongoSchema(connection), Options.Create(new MongoOptions()));
        await AddRecordsAsync(store);
        await FillRecordsAsync(connection);
        await StoreVectorsAsync(store);
        for (var round = 0; round < 2; round++)
        {
            await LoadAsync(connection, store);
        }

        await PollAsync(store);
    }

    private static async Task AddRecordsAsync(MongoImageStore store)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(-Records, Records), new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (number, token) =>
            await store.AddAsync(Image(number), token));
        Report($"records added one by one, {Writers} writers", Records, started);
    }

    /// <summary>The records of the vectors, in bulk: they are not what is measured.</summary>
    private static async Task FillRecordsAsync(MongoConnection connection)
    {
        var documents = Enumerable.Range(0, Count).Select(number => new InsertOneModel<BsonDocument>(new BsonDocument
        {
            { "_id", SyntheticVectors.Id(number) }, { "source", $"{number}.jpg" }, { "contentType", "image/jpeg" }, { "width", 640 }, { "height", 480 }, { "bytes", 100_000L },
            { "tags", new BsonArray() }, { "addedAt", DateTimeOffset.UtcNow }, { "added", new BsonTimestamp((1L << 32) + number) }, { "generation", 1 },
        })).ToList();
        await connection.WriteAsync(MongoSchema.Images, documents, default);
    }

    private static async Task StoreVectorsAsync(MongoImageStore store)
    {
        var vectors = Enumerable.Range(0, Count).AsParallel().AsOrdered()
            .Select(number => new ImageVector(SyntheticVectors.Id(number), SyntheticVectors.Vector(number, Dimension), 1, [new Label("cat", 0.9f)])).ToList();
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(vectors.Chunk(Batch), new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (batch, token) =>
            await store.PutVectorsAsync(Model, batch, token));
        Report($"vectors stored in batches of {Batch}, {Writers} writers", Count, started);
    }

    private static async Task LoadAsync(MongoConnection connection, MongoImageStore store)
    {
        var started = Stopwatch.GetTimestamp();
        var rows = await CountRawAsync(connection, [], null);
        Report("the driver's cursor over the collection, nothing decoded", rows, started);

        started = Stopwatch.GetTimestamp();
        rows = await CountRawAsync(connection, new BsonDocument("updatedAt", new BsonDocument("$gte", DateTime.UnixEpoch)), new BsonDocument { { "updatedAt", 1 }, { "_id", 1 } });
        Report("the driver's cursor in the order of the feed, nothing decoded", rows, started);

        foreach (var shard in new[] { new ShardKey(0, 1), new ShardKey(1, 4) })
        {
            started = Stopwatch.GetTimestamp();
            var loaded = 0;
            var cursor = default(ChangeCursor);
            ChangePage page;
            do
            {
                page = await store.ReadChangesAsync(Model, shard, cursor, Page, default);
                loaded += page.Changes.Count;
                cursor = page.Next;
            }
            while (!page.CaughtUp);
            Report($"the store's feed, shard {shard.Shard} of {shard.Shards}, pages of {Page}", loaded, started);
        }
    }

    private static Task<int> CountRawAsync(MongoConnection connection, BsonDocument filter, BsonDocument? sort) => connection.RunAsync(async database =>
    {
        var count = 0;
        using var cursor = await database.GetCollection<RawBsonDocument>("vectors_layout").FindAsync(filter, new FindOptions<RawBsonDocument> { Sort = sort });
        while (await cursor.MoveNextAsync())
        {
            foreach (var document in cursor.Current)
            {
                count++;
                document.Dispose();
            }
        }

        return count;
    });

    private static async Task PollAsync(MongoImageStore store)
    {
        var cursor = default(ChangeCursor);
        ChangePage page;
        do
        {
            page = await store.ReadChangesAsync(Model, new ShardKey(0, 1), cursor, Page, default);
            cursor = page.Next;
        }
        while (!page.CaughtUp);
        var latencies = new Latencies();
        for (var i = 0; i < 500; i++)
        {
            await latencies.TimeAsync(async () => cursor = (await store.ReadChangesAsync(Model, new ShardKey(0, 1), cursor, Page, default)).Next);
        }

        Console.WriteLine($"  poll that finds nothing new  {latencies}");
        await latencies.TimeAsync(() => store.CountAsync(default));
        var started = Stopwatch.GetTimestamp();
        var count = await store.CountAsync(default);
        Console.WriteLine($"  counting {count:N0} records  {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F1} ms");
    }

    private static ImageRecord Image(int number) => new(SyntheticVectors.Id(number), $"{number}.jpg", "image/jpeg", 640, 480, 100_000, [], default);

    private static void Report(string what, int count, long started) =>
        Console.WriteLine($"  {what,-70} {count / Stopwatch.GetElapsedTime(started).TotalSeconds,8:F0} /s");
}
