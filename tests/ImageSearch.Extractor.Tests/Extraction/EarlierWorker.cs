using ImageSearch.Core;
using ImageSearch.Core.Embedded;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Tests.Extraction;

/// <summary>A worker that lived an hour ago on the same database: what it took and did not settle is due again.</summary>
internal sealed class EarlierWorker : TimeProvider, IDisposable
{
    private readonly SqliteDatabase _database;
    private TimeSpan _behind = TimeSpan.FromHours(1);

    public EarlierWorker(string dataDirectory)
    {
        _database = new SqliteDatabase(Options.Create(new DataOptions { Directory = dataDirectory }));
        Queue = new SqliteWorkQueue(_database, Options.Create(new WorkQueueOptions()), this);
    }

    public IWorkQueue Queue { get; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - _behind;

    /// <summary>Takes everything that is due, so often, and dies each time.</summary>
    public async Task DieAsync(string model, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.NotEmpty(await Queue.ReceiveAsync(model, 100, TimeSpan.Zero, default));
            _behind -= TimeSpan.FromMinutes(1);
        }
    }

    public void Dispose() => _database.Dispose();
}
