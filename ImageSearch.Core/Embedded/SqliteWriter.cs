using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ImageSearch.Core.Embedded;

/// <summary>
/// The one thread of this process that writes. Writes that wait together share one transaction (group commit): each has a savepoint, so
/// that one that fails takes nothing back from the others, and none is acknowledged before the commit.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>Keeps a transaction short: other processes wait for it.</summary>
    private const int MaximumBatch = 64;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(15);

    // As long as there are callers: each waits for its own write.
    private readonly BlockingCollection<IWrite> _queue = [];
    private readonly Func<SqliteConnection> _open;
    private readonly Thread _thread;
    private SqliteConnection? _connection;
    private bool _disposed;

    public SqliteWriter(Func<SqliteConnection> open)
    {
        _open = open;
        _thread = new Thread(Run) { IsBackground = true, Name = "SQLite writer" };
        _thread.Start();
    }

    public Task<T> RunAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var item = new Write<T>(write, cancellationToken);
        try
        {
            _queue.Add(item, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(SqliteDatabase));
        }

        return item.Task;
    }

    /// <summary>Finishes what is queued, then stops.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            _queue.CompleteAdding();
            _thread.Join();
            _queue.Dispose();
        }
    }

    private void Run()
    {
        var batch = new List<IWrite>();
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MaximumBatch && _queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            batch.RemoveAll(write => write.IsCancelled());
            if (batch.Count > 0)
            {
                Commit(batch);
            }

            batch.Clear();
            if (_queue.Count > 0)
            {
                // SQLite's lock is not fair: without a gap, a busy process would starve those that poll for it.
                Thread.Sleep(1);
            }
        }

        _connection?.Dispose();
    }

    private void Commit(List<IWrite> batch)
    {
        try
        {
            _connection ??= _open();
            Begin(_connection);
            foreach (var write in batch)
            {
                _connection.Execute("SAVEPOINT write");
                if (write.Run(_connection) is { } failure)
                {
                    // On a full disk SQLite may have ended the transaction itself: then none of them is kept, all for this one reason.
                    if (raw.sqlite3_get_autocommit(_connection.Handle) != 0)
                    {
                        ExceptionDispatchInfo.Throw(failure);
                    }

                    _connection.Execute("ROLLBACK TO write");
                }

                _connection.Execute("RELEASE write");
            }

            _connection.Execute("COMMIT");
        }
        catch (Exception e)
        {
            // The lock did not come, the disk is full: nothing was written.
            Abandon();
            batch.ForEach(write => write.Fail(e));
            return;
        }

        batch.ForEach(write => write.Complete());
    }

    /// <summary>
    /// Closing the connection rolls back whatever is open. On a full disk it is kept, for there may be no room to open another.
    /// </summary>
    private void Abandon()
    {
        try
        {
            if (_connection is not null && raw.sqlite3_errcode(_connection.Handle) == raw.SQLITE_FULL)
            {
                if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                {
                    _connection.Execute("ROLLBACK");
                }

                return;
            }
        }
        catch (SqliteException)
        {
            // not to be trusted any more
        }

        _connection?.Dispose();
        _connection = null;
    }

    private static void Begin(SqliteConnection connection)
    {
        // SQLite's own waiting sleeps up to 100 ms between its looks and the client's 150 ms; the lock is held for a few.
        raw.sqlite3_busy_timeout(connection.Handle, 0);
        var started = Stopwatch.GetTimestamp();
        int result;
        while ((result = raw.sqlite3_exec(connection.Handle, "BEGIN IMMEDIATE")) == raw.SQLITE_BUSY
            && Stopwatch.GetElapsedTime(started) < LockTimeout)
        {
            Thread.Sleep(1);
        }

        SqliteException.ThrowExceptionForRC(result, connection.Handle);
    }

    private interface IWrite
    {
        /// <summary>Nobody waits for it any more: it is cancelled here, if so.</summary>
        bool IsCancelled();

        /// <summary>Runs it and keeps its outcome.</summary>
        /// <returns>What it threw, if it did.</returns>
        Exception? Run(SqliteConnection connection);

        /// <summary>Tells the caller the outcome, now that it is on disk.</summary>
        void Complete();

        void Fail(Exception exception);
    }

    private sealed class Write<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken) : IWrite
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _exception;

        public Task<T> Task => _completion.Task;

        public bool IsCancelled() => cancellationToken.IsCancellationRequested && _completion.TrySetCanceled(cancellationToken);

        public Exception? Run(SqliteConnection connection)
        {
            try
            {
                _result = write(connection);
            }
            catch (Exception e)
            {
                _exception = e;
            }

            return _exception;
        }

        public void Complete()
        {
            if (_exception is null)
            {
                _completion.SetResult(_result!);
            }
            else
            {
                _completion.SetException(_exception);
            }
        }

        public void Fail(Exception exception) => _completion.SetException(_exception ?? exception);
    }
}
