using System.Collections.Concurrent;
using System.Globalization;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>Records, extractions and vectors in SQLite. This part: the records.</summary>
internal sealed partial class SqliteImageStore(SqliteDatabase database, TimeProvider clock) : IImageStore
{
    private const string Columns = "i.id, i.source, i.content_type, i.width, i.height, i.bytes, i.tags, i.added_at";

    private readonly ConcurrentDictionary<ModelKey, long> _models = new();

    public Task<AddOutcome> AddAsync(ImageRecord image, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (FindNumber(connection, image.Id.ToByteArray()) is [var (number, tags)])
            {
                ChangeTags(connection, image.Id, number, tags, image.Tags, []);
                return AddOutcome.Duplicate;
            }

            var distinct = Distinct(image.Tags);
            var added = connection.Scalar<long>(
                """
                INSERT INTO images (id, source, content_type, width, height, bytes, tags, added_at)
                VALUES (@id, @source, @type, @width, @height, @bytes, @tags, @now) RETURNING number
                """,
                ("@id", image.Id.ToByteArray()), ("@source", image.Source), ("@type", image.ContentType), ("@width", image.Width),
                ("@height", image.Height),
                ("@bytes", image.Bytes), ("@tags", SqliteColumns.ToJson(distinct)), ("@now", Now));
            InsertTags(connection, added, distinct);
            return AddOutcome.Added;
        },
        cancellationToken);

    public Task<ImageRecord?> FindAsync(ImageId id, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, id), cancellationToken);

    public Task<IReadOnlyDictionary<ImageId, ImageRecord>> FindAsync(
        IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var found = new Dictionary<ImageId, ImageRecord>(ids.Count);
            foreach (var id in ids)
            {
                if (Find(connection, id) is { } record)
                {
                    found[id] = record;
                }
            }

            return (IReadOnlyDictionary<ImageId, ImageRecord>)found;
        },
        cancellationToken);

    public Task<bool> DeleteAsync(ImageId id, CancellationToken cancellationToken) => database.WriteFreeingAsync(
        connection =>
        {
            var bytes = id.ToByteArray();
            if (FindNumber(connection, bytes) is not [var (number, tags)])
            {
                return false;
            }

            connection.Execute("DELETE FROM images WHERE number = @n", ("@n", number));
            connection.Execute("DELETE FROM extractions WHERE image = @n", ("@n", number));
            connection.Execute("DELETE FROM fingerprints WHERE image = @n", ("@n", number));
            foreach (var tag in tags)
            {
                connection.Execute("DELETE FROM image_tags WHERE tag = @tag AND image = @n", ("@tag", tag), ("@n", number));
            }

            MoveToEndOfFeed(connection, bytes, ", vector = NULL");
            return true;
        },
        cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) => database.ReadAsync(CountImages, cancellationToken);

    private long Now => clock.GetUtcNow().UtcTicks;

    private static long CountImages(SqliteConnection connection) =>
        connection.Scalar<long>("SELECT value FROM counters WHERE name = 'images'");

    private static ImageRecord? Find(SqliteConnection connection, ImageId id)
    {
        var rows = connection.Query($"SELECT {Columns} FROM images i WHERE id = @id", ReadRecord, ("@id", id.ToByteArray()));
        return rows is [var record] ? record : null;
    }

    private static List<(long Number, IReadOnlyList<string> Tags)> FindNumber(SqliteConnection connection, byte[] id) => connection.Query(
        "SELECT number, tags FROM images WHERE id = @id", reader => (reader.GetInt64(0), reader.Strings(1)), ("@id", id));

    private static ImageRecord ReadRecord(SqliteDataReader reader) => new(
        reader.Id(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt64(5),
        reader.Strings(6), reader.Time(7));

    private static string[] Distinct(IEnumerable<string> tags) => [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Makes every stored vector of the picture, in every model, a change that all readers have yet to see.</summary>
    private static void MoveToEndOfFeed(SqliteConnection connection, byte[] id, string assignment)
    {
        foreach (var seq in connection.Query("SELECT seq FROM vectors WHERE image = @id AND vector IS NOT NULL", reader => reader.GetInt64(0), ("@id", id)))
        {
            connection.Execute(
                $"UPDATE vectors SET seq = @next{assignment} WHERE seq = @seq", ("@seq", seq), ("@next", NextInFeed(connection)));
        }
    }

    /// <summary>
    /// The next position of the change feed. It is given inside the write transaction, and there is one writer at a time, so the order of
    /// positions is the order of commits: a reader that has seen one has seen all before it.
    /// </summary>
    private static long NextInFeed(SqliteConnection connection) =>
        connection.Scalar<long>("UPDATE counters SET value = value + 1 WHERE name = 'feed' RETURNING value");

    /// <returns>The key of a model version; 0, which no row has, when the store has not seen it.</returns>
    private long FindModel(SqliteConnection connection, ModelKey model)
    {
        if (!_models.TryGetValue(model, out var id))
        {
            id = connection.Scalar<long>(
                "SELECT id FROM models WHERE name = @name AND version = @version", ("@name", model.Name), ("@version", model.Version));
            if (id != 0)
            {
                _models[model] = id;
            }
        }

        return id;
    }

    private static string ToCursor(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long FromCursor(string? cursor) => cursor is null
        ? long.MaxValue
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw BadCursor();

    private static FormatException BadCursor() =>
        new("The cursor is not one that this service gave: leave it away to start at the first page.");
}
