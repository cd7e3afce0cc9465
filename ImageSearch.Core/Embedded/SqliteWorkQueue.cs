using System.Diagnostics;
using ImageSearch.Core.Queue;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Embedded;

/// <summary>
/// Work queues as a table. A row is waiting (0), leased (1) or dead (2); <c>due</c> is when it may be delivered, for a leased one when its
/// lease ends. So a query for due work finds the work of dead workers too, and no process has to look after leases. What is to
/// wait for longer than anything ever has to was written before the clock was set back: it is due as well.
/// </summary>
internal sealed class SqliteWorkQueue(SqliteDatabase database, IOptions<WorkQueueOptions> options, TimeProvider clock) : IWorkQueue
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(50);

    public Task PublishAsync(
        IReadOnlyCollection<string> models,
        IReadOnlyCollection<WorkItem> items,
        CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            foreach (var item in items)
            {
                foreach (var model in models)
                {
                    connection.Execute(
                        """
                        INSERT INTO work (image, model, trace_parent, state, attempts, published, due) VALUES (@id, @m, @trace, 0, 0, @now, @now)
                        ON CONFLICT (image, model) DO UPDATE SET state = 0, attempts = 0, published = excluded.published, due = excluded.due,
                        trace_parent = excluded.trace_parent, lease = NULL, reason = NULL WHERE state = 2
                        """,
                        ("@id", item.Id.ToByteArray()), ("@m", model), ("@trace", item.TraceParent), ("@now", Now));
                }
            }
        },
        cancellationToken);

    public async Task<IReadOnlyList<WorkDelivery>> ReceiveAsync(string model, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var started = Stopwatch.GetTimestamp();
        var poll = ShortestPoll;
        while (true)
        {
            // Looking takes no lock and a few microseconds; only who sees work asks for the write lock.
            if (await database.ReadAsync(connection => IsAnyDue(connection, model), cancellationToken))
            {
                var deliveries = await database.WriteAsync(connection => Lease(connection, model, max), cancellationToken);
                if (deliveries.Count > 0)
                {
                    return deliveries;
                }
            }

            var left = wait - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return [];
            }

            // Real time, whatever clock decides what is due: it is other processes that are waited for.
            await Task.Delay(left < poll ? left : poll, cancellationToken);
            poll = poll * 2 < LongestPoll ? poll * 2 : LongestPoll;
        }
    }

    public Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) =>
        SettleAsync("DELETE FROM work", deliveries, [], cancellationToken);

    public Task RetryAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken) => SettleAsync(
        "UPDATE work SET state = 0, lease = NULL, reason = @reason, due = @due", [delivery],
        [("@reason", reason), ("@due", Now + options.Value.DelayAfter(delivery.Attempt).Ticks)], cancellationToken);

    public Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) =>
        SettleAsync("UPDATE work SET state = 0, lease = NULL, attempts = attempts - 1, due = published", deliveries, [], cancellationToken);

    public Task DeadLetterAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken) =>
        SettleAsync("UPDATE work SET state = 2, lease = NULL, reason = @reason", [delivery], [("@reason", reason)], cancellationToken);

    public Task RenewAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) =>
        SettleAsync("UPDATE work SET due = @due", deliveries, [("@due", Now + options.Value.Lease.Ticks)], cancellationToken);

    public Task DiscardAsync(ImageId id, CancellationToken cancellationToken) =>
        database.WriteFreeingAsync(
            connection => connection.Execute("DELETE FROM work WHERE image = @id", ("@id", id.ToByteArray())), cancellationToken);

    public Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            // A lease that has ended is work that waits.
            var (open, leased) = connection.Query(
                "SELECT count(*), coalesce(sum(state = 1 AND due > @now AND due <= @latest), 0) FROM work WHERE model = @m AND state < 2",
                reader => (reader.GetInt64(0), reader.GetInt64(1)), ("@m", model), ("@now", Now), ("@latest", Latest))[0];
            return new QueueCounts(
                open - leased, leased, connection.Scalar<long>("SELECT count(*) FROM work WHERE model = @m AND state = 2", ("@m", model)));
        },
        cancellationToken);

    private long Now => clock.GetUtcNow().UtcTicks;

    /// <summary>Nothing that is written now is due later.</summary>
    private long Latest => Now + Math.Max(options.Value.Lease.Ticks, options.Value.MaximumRetryDelay.Ticks);

    private bool IsAnyDue(SqliteConnection connection, string model) => connection.Scalar<long>(
        """
        SELECT EXISTS (SELECT 1 FROM work WHERE model = @m AND state < 2 AND due <= @now)
        OR EXISTS (SELECT 1 FROM work WHERE model = @m AND state < 2 AND due > @latest)
        """,
        ("@m", model), ("@now", Now), ("@latest", Latest)) != 0;

    private IReadOnlyList<WorkDelivery> Lease(SqliteConnection connection, string model, int max) =>
        Lease(connection, model, max, "due <= @now") is { Count: > 0 } due ? due : Lease(connection, model, max, "due > @latest");

    private IReadOnlyList<WorkDelivery> Lease(SqliteConnection connection, string model, int max, string condition)
    {
        var now = Now;
        var lease = Guid.NewGuid().ToString("N");
        // Oldest first: RETURNING gives rows in any order.
        return [.. connection.Query(
            $"""
            UPDATE work SET state = 1, attempts = attempts + 1, due = @end, lease = @lease WHERE number IN
            (SELECT number FROM work WHERE model = @m AND state < 2 AND {condition} ORDER BY due, number LIMIT @max)
            RETURNING published, number, image, trace_parent, attempts
            """,
            reader => (Published: reader.GetInt64(0), Number: reader.GetInt64(1),
                Delivery: new WorkDelivery(model, new WorkItem(reader.Id(2), reader.Text(3)), reader.GetInt32(4), lease)),
            ("@m", model), ("@now", now), ("@latest", Latest), ("@end", now + options.Value.Lease.Ticks), ("@lease", lease), ("@max", max))
            .OrderBy(row => row.Published).ThenBy(row => row.Number).Select(row => row.Delivery)];
    }

    private Task SettleAsync(
        string statement,
        IReadOnlyCollection<WorkDelivery> deliveries,
        (string Name, object? Value)[] parameters,
        CancellationToken cancellationToken) =>
        deliveries.Count == 0 ? Task.CompletedTask : database.WriteAsync(
            connection =>
            {
                foreach (var delivery in deliveries)
                {
                    connection.Execute(
                        $"{statement} WHERE image = @id AND model = @m AND state = 1 AND lease = @lease",
                        [("@id", delivery.Item.Id.ToByteArray()), ("@m", delivery.Model), ("@lease", delivery.LeaseId), .. parameters]);
                }
            },
            cancellationToken);
}
