using System.Collections.Concurrent;
using ImageSearch.Core.FileSystem;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Embedded;

/// <summary>
/// The one SQLite file of the embedded backend, opened by several processes at once. In WAL mode readers never wait for a writer, so
/// reads run on the thread pool, a few at a time; writes wait for the one write lock, so they run on a thread of their own
/// (<see cref="SqliteWriter"/>).
/// </summary>
/// <remarks>Whatever the disk refuses is a <see cref="StorageException"/>; nothing of a write that fails is kept.</remarks>
internal sealed class SqliteDatabase : IDisposable
{
    public const string FileName = "imagesearch.db";

    private const int BusyMilliseconds = 15_000;

    private readonly ConcurrentBag<SqliteConnection> _readers = [];
    private readonly SemaphoreSlim _reading = new(Math.Clamp(Environment.ProcessorCount, 2, 8));
    private readonly SqliteWriter _writer;
    private readonly string _directory;
    private readonly SpaceReserve _reserve;
    private readonly StorageMonitor? _monitor;
    private volatile bool _disposed;

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    public SqliteDatabase(IOptions<DataOptions> options, StorageMonitor? monitor = null)
    {
        _directory = options.Value.Directory;
        _reserve = new SpaceReserve(options);
        _monitor = monitor;
        Path = System.IO.Path.Combine(_directory, FileName);
        _writer = new SqliteWriter(OpenForWriting);
    }

    public string Path { get; }

    /// <summary>Runs <paramref name="read"/> on one snapshot of the database.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(read), cancellationToken);
        }
        catch (Exception e) when (Find(e) is { } failure)
        {
            throw failure;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Runs <paramref name="write"/> in a transaction; the task completes when it is on disk.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        try
        {
            return await _writer.RunAsync(write, cancellationToken);
        }
        catch (Exception e) when (Find(e) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>A write that makes room, such as a deletion: on a full disk it has what was set aside for it.</summary>
    public async Task<T> WriteFreeingAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(write, cancellationToken);
        }
        catch (StorageException e) when (e.IsFull && _reserve.Release())
        {
            return await WriteAsync(write, cancellationToken);
        }
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<SqliteConnection> write, CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            write(connection);
            return true;
        },
        cancellationToken);

    public void Dispose()
    {
        _disposed = true;
        _writer.Dispose();
        while (_readers.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var connection = _readers.TryTake(out var pooled) ? pooled : Open();
        var healthy = false;
        try
        {
            connection.Execute("BEGIN");
            var result = read(connection);
            connection.Execute("COMMIT");
            healthy = true;
            return result;
        }
        finally
        {
            if (healthy && !_disposed)
            {
                _readers.Add(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    private SqliteConnection OpenForWriting()
    {
        var connection = Open();
        // FULL, not NORMAL: both survive a killed process, but only FULL has the commit on the disk before the caller hears of it, and an
        // acknowledged upload must survive a power cut too. Writes that come together share a commit, which pays for it.
        connection.Execute("PRAGMA synchronous = FULL");
        connection.Execute("PRAGMA journal_size_limit = 67108864");
        return connection;
    }

    private StorageException? Find(Exception exception) => exception is not SqliteException
        ? null
        : _monitor is null ? StorageFaults.Find(exception, _directory) : _monitor.Find(exception);

    private SqliteConnection Open()
    {
        try
        {
            return OpenOnce();
        }
        catch (SqliteException e) when (StorageFaults.Find(e, _directory) is { IsFull: true } && _reserve.Release())
        {
            // The memory that processes share is a file too. Without it nothing can be read, and so nothing be deleted.
            return OpenOnce();
        }
    }

    private SqliteConnection OpenOnce()
    {
        Directory.CreateDirectory(_directory);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = BusyMilliseconds / 1000,
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {BusyMilliseconds}");
            SqliteSchema.Ensure(connection, Path);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
