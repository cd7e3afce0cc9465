using System.Globalization;
using System.Runtime.CompilerServices;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>This part: vectors, and the change feed that index servers follow.</summary>
internal sealed partial class SqliteImageStore
{
    /// <summary>Pause between two looks at the feed once nothing is left: a look reads one number.</summary>
    private static readonly TimeSpan FeedInterval = TimeSpan.FromMilliseconds(50);

    public Task<string> DeclareAsync(ModelKey model, string preparation, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            var id = AddModel(connection, model);
            connection.Execute(
                "UPDATE models SET preparation = @p WHERE id = @m AND (preparation IS NULL OR NOT EXISTS (SELECT 1 FROM vectors WHERE model = @m AND vector IS NOT NULL))",
                ("@m", id), ("@p", preparation));
            return connection.Scalar<string>("SELECT preparation FROM models WHERE id = @m", ("@m", id))!;
        },
        cancellationToken);

    public Task PutVectorsAsync(ModelKey model, IReadOnlyCollection<ImageVector> vectors, CancellationToken cancellationToken)
    {
        if (vectors.Any(vector => vector.Vector.IsEmpty))
        {
            throw new ArgumentException("A vector is empty: that is what a deletion looks like in the change feed.", nameof(vectors));
        }

        return database.WriteAsync(
            connection =>
            {
                var key = AddModel(connection, model);
                foreach (var vector in vectors)
                {
                    PutVector(connection, key, vector);
                }
            },
            cancellationToken);
    }

    public Task<ImageVector?> FindVectorAsync(ModelKey model, ImageId id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            """
            SELECT v.vector, e.attempts, e.labels, f.fingerprint FROM vectors v JOIN images i ON i.id = v.image
            JOIN extractions e ON e.image = i.number AND e.model = v.model LEFT JOIN fingerprints f ON f.image = i.number AND f.model = v.model
            WHERE v.image = @id AND v.model = @m AND v.vector IS NOT NULL
            """,
            reader => new ImageVector(id, VectorBytes.ToVector(reader.Blob(0)), reader.GetInt32(1), reader.Labels(2)) { Fingerprint = reader.Blob(3).ToArray() },
            ("@id", id.ToByteArray()), ("@m", FindModel(connection, model))) is [var vector] ? vector : null,
        cancellationToken);

    public Task<IReadOnlyDictionary<ImageId, ReadOnlyMemory<float>>> FindVectorsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken) => FindOfEachAsync<ReadOnlyMemory<float>>(
        "SELECT vector FROM vectors WHERE image = @id AND model = @m AND vector IS NOT NULL",
        reader => VectorBytes.ToVector(reader.Blob(0)), model, ids, cancellationToken);

    public Task<IReadOnlyDictionary<ImageId, ReadOnlyMemory<byte>>> FindFingerprintsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken) => FindOfEachAsync<ReadOnlyMemory<byte>>(
        "SELECT f.fingerprint FROM images i JOIN fingerprints f ON f.image = i.number WHERE i.id = @id AND f.model = @m",
        reader => reader.Blob(0).ToArray(), model, ids, cancellationToken);

    private Task<IReadOnlyDictionary<ImageId, T>> FindOfEachAsync<T>(
        string query, Func<SqliteDataReader, T> read, ModelKey model, IReadOnlyCollection<ImageId> ids,
        CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var found = new Dictionary<ImageId, T>(ids.Count);
            var key = FindModel(connection, model);
            foreach (var id in ids)
            {
                if (connection.Query(query, read, ("@id", id.ToByteArray()), ("@m", key)) is [var value])
                {
                    found[id] = value;
                }
            }

            return (IReadOnlyDictionary<ImageId, T>)found;
        },
        cancellationToken);

    public async IAsyncEnumerable<ChangePage> FollowAsync(
        ModelKey model, ShardKey shard, ChangeCursor since, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        while (true)
        {
            // Taken before the snapshot: what was written until now is in it.
            var readAt = clock.GetUtcNow();
            var position = since.Position;
            var page = await database.ReadAsync(
                connection => ReadChanges(connection, model, shard, position, limit, readAt), cancellationToken);
            yield return page;
            since = page.Next;
            if (page.CaughtUp)
            {
                await Task.Delay(FeedInterval, cancellationToken);
            }
        }
    }

    private ChangePage ReadChanges(
        SqliteConnection connection, ModelKey model, ShardKey shard, string? since, int limit, DateTimeOffset readAt)
    {
        var head = connection.Scalar<long>("SELECT value FROM counters WHERE name = 'feed'");
        if (!long.TryParse(since ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var position) || position > head)
        {
            // Of a database that was here before, or of another store.
            return Page([], 0, caughtUp: false) with { Restart = $"its feed ends before {since}" };
        }

        if (position == head)
        {
            return Page([], head, caughtUp: true);
        }

        var changes = new List<VectorChange>();
        var tags = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        using var command = connection.Command(
            """
            SELECT v.seq, v.image, v.vector, i.tags FROM vectors v LEFT JOIN images i ON i.id = v.image
            WHERE v.model = @m AND v.seq > @since AND v.bucket % @shards = @shard ORDER BY v.seq LIMIT @more
            """,
            ("@m", FindModel(connection, model)), ("@since", position), ("@shards", shard.Shards), ("@shard", shard.Shard),
            ("@more", limit + 1L));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (changes.Count == limit)
            {
                return Page(changes, position, caughtUp: false);
            }

            position = reader.GetInt64(0);
            changes.Add(reader.IsDBNull(2)
                ? new VectorChange(reader.Id(1), default, [])
                : new VectorChange(reader.Id(1), VectorBytes.ToVector(reader.Blob(2)), ReadTags(reader.Text(3) ?? "[]", tags)));
        }

        // The head rather than the last row: a shard without changes must not look at the others' again.
        return Page(changes, head, caughtUp: true);

        ChangePage Page(List<VectorChange> given, long next, bool caughtUp) =>
            new(given, new ChangeCursor(next.ToString(CultureInfo.InvariantCulture)), caughtUp, readAt);
    }

    /// <summary>Pictures that were added together have the same tags: one list for all of them on the page.</summary>
    private static IReadOnlyList<string> ReadTags(string json, Dictionary<string, IReadOnlyList<string>> known)
    {
        if (!known.TryGetValue(json, out var tags))
        {
            known[json] = tags = SqliteColumns.FromJson<string>(json);
        }

        return tags;
    }

    private void PutVector(SqliteConnection connection, long model, ImageVector vector)
    {
        var id = vector.Id.ToByteArray();
        var image = connection.Scalar<long>("SELECT number FROM images WHERE id = @id", ("@id", id));
        if (image == 0)
        {
            return; // deleted meanwhile
        }

        var stored = connection.Query(
            "SELECT seq, vector IS NULL FROM vectors WHERE image = @id AND model = @m",
            reader => (Seq: reader.GetInt64(0), IsTombstone: reader.GetBoolean(1)), ("@id", id), ("@m", model));
        if (stored is [{ IsTombstone: false }])
        {
            return; // another delivery of the same work was faster
        }

        if (stored is [var tombstone])
        {
            connection.Execute("DELETE FROM vectors WHERE seq = @seq", ("@seq", tombstone.Seq));
        }

        connection.Execute(
            "INSERT INTO vectors (seq, model, bucket, image, vector) VALUES (@seq, @m, @bucket, @id, @vector)",
            ("@seq", NextInFeed(connection)), ("@m", model), ("@bucket", vector.Id.Bucket), ("@id", id),
            ("@vector", VectorBytes.From(vector.Vector.Span)));
        if (!vector.Fingerprint.IsEmpty)
        {
            connection.Execute(
                "INSERT INTO fingerprints (image, model, fingerprint) VALUES (@i, @m, @fingerprint)",
                ("@i", image), ("@m", model), ("@fingerprint", vector.Fingerprint.ToArray()));
        }

        connection.Execute(
            """
            INSERT INTO extractions (image, model, state, attempts, reason, labels, at) VALUES (@i, @m, 1, @attempts, NULL, @labels, @now)
            ON CONFLICT (image, model) DO UPDATE
            SET state = 1, attempts = excluded.attempts, reason = NULL, labels = excluded.labels, at = excluded.at
            """,
            ("@i", image), ("@m", model), ("@attempts", vector.Attempts), ("@labels", SqliteColumns.ToJson(vector.Labels)), ("@now", Now));
    }

    /// <summary>Not from the cache: a model that this transaction adds may be rolled back.</summary>
    private static long AddModel(SqliteConnection connection, ModelKey model)
    {
        connection.Execute(
            "INSERT OR IGNORE INTO models (name, version) VALUES (@name, @version)", ("@name", model.Name), ("@version", model.Version));
        return connection.Scalar<long>(
            "SELECT id FROM models WHERE name = @name AND version = @version", ("@name", model.Name), ("@version", model.Version));
    }
}
