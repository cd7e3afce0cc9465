using System.Globalization;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>This part: what failed, to be shown, tried again or given up.</summary>
internal sealed partial class SqliteImageStore
{
    public Task PutFailuresAsync(ModelKey model, IReadOnlyCollection<ExtractionFailure> failures, CancellationToken cancellationToken) =>
        database.WriteAsync(
        connection =>
        {
            var key = AddModel(connection, model);
            foreach (var failure in failures)
            {
                // A vector that is stored was embedded by another delivery of the same work: the picture is searchable, so it has not
                // failed.
                connection.Execute(
                    """
                    INSERT INTO extractions (image, model, state, attempts, reason, labels, at)
                    SELECT number, @m, 2, @attempts, @reason, '[]', @now FROM images WHERE id = @id
                    ON CONFLICT (image, model) DO UPDATE SET state = 2, attempts = excluded.attempts, reason = excluded.reason, at = excluded.at
                    WHERE state <> 1
                    """,
                    ("@m", key), ("@id", failure.Id.ToByteArray()), ("@attempts", failure.Attempts), ("@reason", failure.Reason),
                    ("@now", Now));
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<FailedExtraction>> ResetFailuresAsync(FailureFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return database.WriteAsync(
            connection =>
            {
                var failed = connection.Query(
                    $"SELECT e.image, e.model, i.id, m.name FROM {ExtractionTables} WHERE {FailureCondition(connection, filter)} LIMIT @limit",
                    reader =>
                        (Image: reader.GetInt64(0), Model: reader.GetInt64(1), Failed: new FailedExtraction(
                            reader.Id(2), reader.GetString(3))),
                    ("@reason", filter.Reason), ("@limit", limit));
                foreach (var row in failed)
                {
                    connection.Execute(
                        "UPDATE extractions SET state = 0, attempts = 0, reason = NULL, at = @now WHERE image = @i AND model = @m",
                        ("@i", row.Image), ("@m", row.Model), ("@now", Now));
                }

                return (IReadOnlyList<FailedExtraction>)[.. failed.Select(row => row.Failed).Distinct()];
            },
            cancellationToken);
    }

    public Task<FailurePage> ListFailuresAsync(FailureFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var before = FromFailureCursor(cursor);
        return database.ReadAsync(connection => ListFailures(connection, filter, limit, before), cancellationToken);
    }

    public Task<IReadOnlyList<FailureReason>> CountFailuresAsync(FailureFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return database.ReadAsync(
            connection => (IReadOnlyList<FailureReason>)connection.Query(
                $"""
                SELECT e.reason, count(*) FROM {FailureTable(filter)} WHERE {FailureCondition(connection, filter)}
                GROUP BY e.reason ORDER BY 2 DESC, 1 LIMIT @limit
                """,
                reader => new FailureReason(reader.GetString(0), reader.GetInt64(1)),
                ("@reason", filter.Reason), ("@limit", limit)),
            cancellationToken);
    }

    private FailurePage ListFailures(SqliteConnection connection, FailureFilter filter, int limit, (long At, long Image, long Model) before)
    {
        // The page is found in the index alone, in its order; only what is on it is looked up.
        var rows = connection.Query(
            $"""
            SELECT {ExtractionColumns}, p.image, p.model FROM
            (SELECT e.image, e.model, e.at FROM {FailureTable(filter)} WHERE {FailureCondition(connection, filter)}
            AND (e.at, e.image, e.model) < (@at, @image, @model) ORDER BY e.at DESC, e.image DESC, e.model DESC LIMIT @more) p
            CROSS JOIN extractions e ON e.image = p.image AND e.model = p.model CROSS JOIN images i ON i.number = p.image CROSS JOIN models m ON m.id = p.model
            ORDER BY p.at DESC, p.image DESC, p.model DESC
            """,
            reader => (Failure: ReadExtraction(reader), Image: reader.GetInt64(8), Model: reader.GetInt64(9)),
            ("@reason", filter.Reason), ("@at", before.At), ("@image", before.Image), ("@model", before.Model), ("@more", limit + 1L));
        return rows.Count <= limit
            ? new FailurePage([.. rows.Select(row => row.Failure)], null)
            : new FailurePage(
                [.. rows.Take(limit).Select(row => row.Failure)],
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rows[limit - 1].Failure.At.UtcTicks}-{rows[limit - 1].Image}-{rows[limit - 1].Model}"));
    }

    /// <summary>
    /// Without statistics the planner would rather look at every extraction than at the failures alone; single pictures it finds by their
    /// key.
    /// </summary>
    private static string FailureTable(FailureFilter filter) =>
        filter.Ids is null ? "extractions e INDEXED BY extractions_failures" : "extractions e";

    /// <summary>
    /// Keys of models and numbers of pictures are the store's own integers: safe to write into the statement. With 0, which no row has, the
    /// lists are never empty.
    /// </summary>
    private string FailureCondition(SqliteConnection connection, FailureFilter filter)
    {
        var models = filter.Models is { } keys
            ? $" AND e.model IN ({string.Join(',', keys.Select(key => FindModel(connection, key)).Append(0))})"
            : "";
        var images = filter.Ids is { } ids ? $" AND e.image IN ({string.Join(',', ids.SelectMany(id => FindNumber(connection, id.ToByteArray())).Select(found => found.Number).Append(0))})" : "";
        return $"e.state = 2{models}{images}{(filter.Reason is null ? "" : " AND e.reason = @reason")}";
    }

    private static (long At, long Image, long Model) FromFailureCursor(string? cursor)
    {
        if (cursor is null)
        {
            return (long.MaxValue, long.MaxValue, long.MaxValue);
        }

        long[] parts = [.. cursor.Split('-').Select(
            part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)];
        return parts is [>= 0 and var at, >= 0 and var image, >= 0 and var model] ? (at, image, model) : throw BadCursor();
    }
}
