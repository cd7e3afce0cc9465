using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>This part: what became of pictures in models, and lists by it.</summary>
internal sealed partial class SqliteImageStore
{
    private const string ExtractionColumns = "i.id, m.name, m.version, e.state, e.attempts, e.reason, e.at, e.labels";

    private const string ExtractionTables = "images i JOIN extractions e ON e.image = i.number JOIN models m ON m.id = e.model";

    public Task<ImagePage> ListAsync(ImageFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var before = FromCursor(cursor);
        return database.ReadAsync(connection => List(connection, filter, limit, before), cancellationToken);
    }

    public Task<IReadOnlyList<Extraction>> FindExtractionsAsync(ImageId id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => (IReadOnlyList<Extraction>)connection.Query(
            $"SELECT {ExtractionColumns} FROM {ExtractionTables} WHERE i.id = @id ORDER BY m.name, m.id", ReadExtraction,
            ("@id", id.ToByteArray())),
        cancellationToken);

    public Task<IReadOnlyDictionary<ImageId, Extraction>> FindExtractionsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            var found = new Dictionary<ImageId, Extraction>(ids.Count);
            var key = FindModel(connection, model);
            foreach (var id in ids)
            {
                foreach (var extraction in connection.Query(
                    $"SELECT {ExtractionColumns} FROM {ExtractionTables} WHERE i.id = @id AND e.model = @m", ReadExtraction,
                    ("@id", id.ToByteArray()), ("@m", key)))
                {
                    found[id] = extraction;
                }
            }

            return (IReadOnlyDictionary<ImageId, Extraction>)found;
        },
        cancellationToken);

    public Task<IReadOnlyList<ImageId>> ListPendingAsync(
        ModelKey model, ImageId? after, TimeSpan minimumAge, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return database.ReadAsync(
            connection =>
            {
                var key = FindModel(connection, model);
                return (IReadOnlyList<ImageId>)(AllSettled(connection, key)
                    ? []
                    : connection.Query(
                        """
                        SELECT id FROM images i WHERE id > @after AND (added_at <= @before OR added_at > @now)
                        AND NOT EXISTS (SELECT 1 FROM extractions e WHERE e.image = i.number AND e.model = @m AND e.state <> 0)
                        ORDER BY id LIMIT @limit
                        """,
                        reader => reader.Id(0),
                        ("@m", key), ("@after", after?.ToByteArray() ?? []), ("@before", Now - minimumAge.Ticks), ("@now", Now),
                        ("@limit", limit)));
            },
            cancellationToken);
    }

    private ImagePage List(SqliteConnection connection, ImageFilter filter, int limit, long before)
    {
        var models = filter.Models.Select(model => FindModel(connection, model)).ToList();
        if (filter.State == ImageState.Pending && models.TrueForAll(model => AllSettled(connection, model)))
        {
            return new ImagePage([], null);
        }

        // With a tag, its own index gives the order: neither a rare tag nor a common one costs more than a page.
        var (tables, tag, number) = filter.Tag is null
            ? ("images i", "", "i.number")
            : ("image_tags t CROSS JOIN images i ON i.number = t.image", "t.tag = @tag AND ", "t.image");
        var statement = $"SELECT {Columns}, i.number FROM {tables} WHERE {tag}{number} < @before{StateCondition(filter.State, models)} ORDER BY {number} DESC LIMIT @more";
        // Each spelling in its own order: the first of all are among the first of each.
        var rows = (filter.Tag is null ? [null] : TagRule.Spellings(filter.Tag).AsEnumerable<string?>())
            .SelectMany(spelling => connection.Query(
                statement, reader => (Record: ReadRecord(reader), Number: reader.GetInt64(8)), ("@before", before), ("@tag", spelling),
                ("@more", limit + 1L)))
            .DistinctBy(row => row.Number).OrderByDescending(row => row.Number).Take(limit + 1).ToList();
        return rows.Count <= limit
            ? new ImagePage([.. rows.Select(row => row.Record)], null)
            : new ImagePage([.. rows.Take(limit).Select(row => row.Record)], ToCursor(rows[limit - 1].Number));
    }

    /// <summary>The keys of models are the store's own integers: safe to write into the statement.</summary>
    private static string StateCondition(ImageState? state, List<long> models)
    {
        return state switch
        {
            null => "",
            // Failures are few: found in their index first, then sorted.
            ImageState.Failed =>
                $" AND i.number IN (SELECT image FROM extractions WHERE state = 2 AND model IN ({string.Join(',', models)}))",
            ImageState.Indexed => string.Concat(models.Select(model => $" AND EXISTS {With(model, "state = 1")}")),
            _ => $" AND ({string.Join(" OR ", models.Select(model => $"NOT EXISTS {With(model, "state <> 0")}"))})",
        };

        static string With(long model, string state) =>
            $"(SELECT 1 FROM extractions e WHERE e.image = i.number AND e.model = {model} AND e.{state})";
    }

    /// <summary>Whether every picture is indexed or failed, from the counters: the usual answer, without looking at any picture.</summary>
    private static bool AllSettled(SqliteConnection connection, long model) =>
        CountImages(connection) == connection.Scalar<long>("SELECT settled FROM models WHERE id = @m", ("@m", model));

    private static Extraction ReadExtraction(SqliteDataReader reader) => new(
        reader.Id(0), new ModelKey(reader.GetString(1), reader.GetString(2)), (ImageState)reader.GetInt32(3), reader.GetInt32(4),
        reader.Text(5), reader.Time(6), reader.Labels(7));
}
