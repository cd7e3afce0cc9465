using System.Diagnostics;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Embedded;
using ImageSearch.Core.FileSystem;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Core.Tests.Embedded;

/// <summary>What the disk refuses has a kind and a sentence, takes nothing along, and passes when the disk allows it again.</summary>
public sealed class StorageFaultTests : IDisposable
{
    private const string DirectoryVariable = "IMAGESEARCH_TEST_SMALL_DISK";

    private readonly SqliteFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IOptions<DataOptions> Data => Options.Create(new DataOptions { Directory = _fixture.Directory });

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Write_DatabaseFull_FailsAsFullUntilThereIsRoom()
    {
        var database = _fixture.Open();
        var store = new SqliteImageStore(database, TimeProvider.System);
        var pages = await database.ReadAsync(connection => connection.Scalar<long>("PRAGMA page_count"), Token);
        await database.WriteAsync(connection => connection.Execute($"PRAGMA max_page_count = {pages + 4}"), Token);

        var failures = new List<Exception>();
        for (var round = 0; failures.Count == 0; round++)
        {
            // Together, so that they share a transaction.
            var writes = Enumerable.Range(round * 50, 50).Select(number => store.AddAsync(Samples.Image(number), Token)).ToList();
            await Task.WhenAll(writes).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
            failures.AddRange(writes.Where(write => write.IsFaulted).Select(write => write.Exception!.InnerException!));
        }

        Assert.All(failures, failure =>
        {
            var full = Assert.IsType<StorageException>(failure);
            Assert.Equal((StorageFault.Full, true, true), (full.Fault, full.IsFull, full.MayPass));
            Assert.Contains(_fixture.Directory, full.Message, StringComparison.Ordinal);
        });
        var kept = await store.CountAsync(Token);
        await database.WriteAsync(connection => connection.Execute("PRAGMA max_page_count = 1000000"), Token);
        Assert.Equal(AddOutcome.Added, await store.AddAsync(Samples.Image(-1), Token));
        Assert.Equal(kept + 1, await store.CountAsync(Token));
    }

    [Fact]
    public async Task Write_NotAllowed_FailsAsReadOnlyAndReadingGoesOn()
    {
        var database = _fixture.Open();
        var store = new SqliteImageStore(database, TimeProvider.System);
        await store.AddAsync(Samples.Image(1), Token);
        await database.WriteAsync(connection => connection.Execute("PRAGMA query_only = ON"), Token);

        Assert.Equal(StorageFault.ReadOnly, (await Assert.ThrowsAsync<StorageException>(() => store.AddAsync(Samples.Image(2), Token))).Fault);
        Assert.NotNull(await store.FindAsync(Samples.Id(1), Token));
    }

    [Fact]
    public async Task Read_DatabaseDamaged_FailsAsDamaged()
    {
        using (var other = new SqliteDatabase(Data))
        {
            await new SqliteImageStore(other, TimeProvider.System).AddAsync(Samples.Image(1), Token);
        }

        using (var file = File.OpenHandle(Path.Combine(_fixture.Directory, SqliteDatabase.FileName), FileMode.Open, FileAccess.ReadWrite))
        {
            var length = RandomAccess.GetLength(file);
            RandomAccess.Write(file, Enumerable.Repeat((byte)0xA5, (int)length - 8192).ToArray(), 8192);
        }

        var store = new SqliteImageStore(_fixture.Open(), TimeProvider.System);
        Assert.Equal(StorageFault.Damaged, (await Assert.ThrowsAsync<StorageException>(() => store.FindAsync(Samples.Id(1), Token))).Fault);
    }

    [Fact]
    public async Task Freeing_DatabaseFull_UsesTheReserve()
    {
        var database = _fixture.Open();
        await database.WriteAsync(connection => connection.Execute("CREATE TABLE fill (content)"), Token);
        new SpaceReserve(Data).Restore();
        var reserve = Path.Combine(_fixture.Directory, "reserve");
        Assert.True(new FileInfo(reserve).Length > 1 << 20);
        var pages = await database.ReadAsync(connection => connection.Scalar<long>("PRAGMA page_count"), Token);
        await database.WriteAsync(connection => connection.Execute($"PRAGMA max_page_count = {pages}"), Token);
        var tries = 0;

        await Assert.ThrowsAsync<StorageException>(() => database.WriteFreeingAsync(
            connection =>
            {
                tries++;
                return connection.Execute("INSERT INTO fill VALUES (zeroblob(100000))");
            },
            Token));

        Assert.Equal((2, false), (tries, File.Exists(reserve)));
    }

    [Fact]
    public async Task Blob_ItsFolderCannotBeMade_FailsAsStorage()
    {
        await File.WriteAllTextAsync(Path.Combine(_fixture.Directory, "blobs"), "in the way", Token);
        var failure = await Assert.ThrowsAsync<StorageException>(() => new FileBlobStore(Data).PutAsync("a", new byte[10], Token));
        Assert.Equal(StorageFault.Failed, failure.Fault);
    }

    [Fact]
    public async Task Monitor_ManyFailures_LogsOneLineAMinuteAndIsDegradedUntilWritingWorks()
    {
        var clock = new FakeTimeProvider();
        var logger = new Lines();
        var monitor = new StorageMonitor(Data, new SpaceReserve(Data), clock, logger);
        Assert.Equal(HealthStatus.Healthy, (await monitor.CheckHealthAsync(new HealthCheckContext(), Token)).Status);

        for (var i = 0; i < 100; i++)
        {
            Assert.True(monitor.Find(new IOException("No space left on device", 28))!.IsFull);
        }

        Assert.Contains("is full: free space", Assert.Single(logger.Written), StringComparison.Ordinal);
        var degraded = await monitor.CheckHealthAsync(new HealthCheckContext(), Token);
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.Contains("is full", degraded.Description, StringComparison.Ordinal);
        Assert.DoesNotContain(_fixture.Directory, degraded.Description, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromMinutes(1));
        monitor.Find(new IOException("No space left on device", 28));
        Assert.Equal(2, logger.Written.Count);
        Assert.Contains("99 more", logger.Written[1], StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HealthStatus.Healthy, (await monitor.CheckHealthAsync(new HealthCheckContext(), Token)).Status);
        Assert.DoesNotContain(Directory.EnumerateFiles(_fixture.Directory), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void Find_WhatIsNoneOfTheDisks_IsLeftAlone()
    {
        Assert.Null(StorageFaults.Find(new InvalidOperationException(), _fixture.Directory));
        Assert.Null(StorageFaults.Find(new Microsoft.Data.Sqlite.SqliteException("constraint", 19), _fixture.Directory));
        Assert.Equal(StorageFault.ReadOnly, StorageFaults.Find(new IOException("Read-only file system", 30), _fixture.Directory)!.Fault);
        Assert.Equal(StorageFault.Busy, StorageFaults.Find(new Microsoft.Data.Sqlite.SqliteException("locked", 5), _fixture.Directory)!.Fault);
    }

    [Fact]
    public async Task Disk_OfTwelveMegabytes_FillsAndIsFreedByDeleting()
    {
        SmallDisk.SkipUnlessPossible();
        var program = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            program.ArgumentList.Add(typeof(StorageFaultTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-method", $"{typeof(StorageFaultTests).FullName}.{nameof(Inside_FillsTheDiskAndDeletes)}", "-explicit", "only" })
        {
            program.ArgumentList.Add(argument);
        }

        program.Environment[DirectoryVariable] = _fixture.Directory;
        using var process = Process.Start(SmallDisk.Inside(_fixture.Directory, "size=12m", program))!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        Assert.True(process.ExitCode == 0 && output.Contains("Total: 1", StringComparison.Ordinal), output);
    }

    /// <summary>The other process, on the small disk.</summary>
    [Fact(Explicit = true)]
    public async Task Inside_FillsTheDiskAndDeletes()
    {
        var data = Options.Create(new DataOptions { Directory = Environment.GetEnvironmentVariable(DirectoryVariable)! });
        using var database = new SqliteDatabase(data);
        var store = new SqliteImageStore(database, TimeProvider.System);
        var blobs = new FileBlobStore(data);
        await store.AddAsync(Samples.Image(0), Token);
        new SpaceReserve(data).Restore();

        // Blobs until no more fits, then records until the database's log has used the rest.
        var content = new byte[200_000];
        var blob = await FillAsync(i => blobs.PutAsync(BlobKeys.Image(Samples.Id(i)), content, Token));
        await FillAsync(i => File.AppendAllBytesAsync(Path.Combine(data.Value.Directory, "rest"), new byte[4096], Token).ContinueWith(
            done => done.IsFaulted ? throw StorageFaults.Find(done.Exception!.InnerException!, data.Value.Directory)! : 0, Token, TaskContinuationOptions.None, TaskScheduler.Default));
        var record = await FillAsync(i => store.AddAsync(Samples.Image(i + 1, [.. Enumerable.Range(0, 20).Select(tag => $"tag {i} {tag}")]), Token));
        Assert.True(blob > 10 && record < 1000, $"{blob} blobs, {record} records");
        Assert.Empty(Directory.EnumerateFiles(blobs.Incoming));
        Assert.NotNull(await store.FindAsync(Samples.Id(0), Token));

        Assert.True(await store.DeleteAsync(Samples.Id(0), Token));
        Assert.True(await blobs.DeleteAsync(BlobKeys.Image(Samples.Id(0)), Token));

        await blobs.PutAsync(BlobKeys.Image(Samples.Id(blob)), content, Token);
        Assert.Equal("ok", await database.ReadAsync(connection => connection.Scalar<string>("PRAGMA integrity_check"), Token));
    }

    private static async Task<int> FillAsync(Func<int, Task> write)
    {
        for (var i = 0; i < 100_000; i++)
        {
            try
            {
                await write(i);
            }
            catch (StorageException e) when (e.IsFull)
            {
                return i;
            }
        }

        throw new InvalidOperationException("The disk never became full.");
    }

    private sealed class Lines : ILogger<StorageMonitor>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                Written.Add(formatter(state, exception));
            }
        }
    }
}
