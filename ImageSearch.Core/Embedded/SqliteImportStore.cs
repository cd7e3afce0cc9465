using ImageSearch.Core.Imports;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>Imports in SQLite; what was asked for is written once, progress often.</summary>
internal sealed class SqliteImportStore(SqliteDatabase database, TimeProvider clock) : IImportStore
{
    private const string Columns =
        "id, urls, folder, tags, created_at, total, position, accepted, duplicate, rejected, done, problems, rate, last";

    /// <summary>Five seconds in ticks: a lease that is taken while somebody looks is none from the future.</summary>
    private const string Slack = "50000000";

    private const string ReadColumns = Columns + $", cancelled, updated_at, leased_until > @now AND leased_at <= @now + {Slack}";

    private const string NextOpen =
        $"SELECT number FROM imports WHERE done = 0 AND cancelled = 0 AND (leased_until <= @now OR leased_at > @now + {Slack}) ORDER BY number LIMIT 1";

    /// <summary>Enough for one, however much of it is escaped; SQLite's own JSON functions would parse all of the list.</summary>
    private const string FirstUrl = "substr(urls, 1, 20000)";

    private static readonly string SeenColumns = ReadColumns.Replace(" urls,", $" {FirstUrl},", StringComparison.Ordinal);

    private static readonly string ListedColumns = SeenColumns.Replace(" problems,", " '[]',", StringComparison.Ordinal);

    public Task AddAsync(ImportRecord import, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            $"""
            INSERT OR IGNORE INTO imports ({Columns}, updated_at, leased_until)
            VALUES (@id, @urls, @folder, @tags, @created, @total, @position, @accepted, @duplicate, @rejected, @done, @problems, @rate, @last, @now, 0)
            """,
            [("@urls", SqliteColumns.ToJson(import.Urls)), ("@folder", import.Folder), ("@tags", SqliteColumns.ToJson(import.Tags)),
                ("@created", import.CreatedAt.UtcTicks), .. Progress(import)]),
        cancellationToken);

    public Task<ImportRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, id), cancellationToken);

    public Task<IReadOnlyList<ImportRecord>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return database.ReadAsync(
            connection => (IReadOnlyList<ImportRecord>)connection.Query(
                $"SELECT {ListedColumns} FROM imports ORDER BY number DESC LIMIT @limit",
                reader => ReadImport(reader, reader.FirstString(1)), ("@now", Now), ("@limit", limit)),
            cancellationToken);
    }

    public async Task<ImportRecord?> LeaseAsync(string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        // Workers poll: the write lock is for those that see something to take.
        if (await database.ReadAsync(connection => connection.Scalar<long>(NextOpen, ("@now", Now)), cancellationToken) == 0)
        {
            return null;
        }

        return await database.WriteAsync(
            connection => connection.Query(
                $"UPDATE imports SET worker = @worker, leased_until = @until, leased_at = @now WHERE number = ({NextOpen}) RETURNING {ReadColumns}", ReadImport,
                ("@worker", worker), ("@now", Now), ("@until", Now + lease.Ticks)) is [var import] ? import : null,
            cancellationToken);
    }

    public Task<ImportSaveOutcome> SaveAsync(ImportRecord import, string worker, TimeSpan lease, CancellationToken cancellationToken) =>
        database.WriteAsync(
        connection => connection.Query(
            """
            UPDATE imports SET total = @total, position = @position, accepted = @accepted, duplicate = @duplicate, rejected = @rejected,
            done = max(done, @done), problems = @problems, rate = @rate, last = @last, updated_at = @now,
            leased_until = @until, leased_at = @now WHERE id = @id AND worker = @worker
            RETURNING cancelled
            """,
            reader => reader.GetBoolean(0) ? ImportSaveOutcome.Cancelled : ImportSaveOutcome.Saved,
            [("@worker", worker), ("@until", import.Done ? 0 : Now + lease.Ticks), .. Progress(import)]) is [var outcome] ? outcome : ImportSaveOutcome.LeaseLost,
        cancellationToken);

    public Task ReleaseAsync(string id, string worker, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "UPDATE imports SET worker = NULL, leased_until = 0 WHERE id = @id AND worker = @worker AND done = 0", ("@id", id),
            ("@worker", worker)),
        cancellationToken);

    public Task<ImportRecord?> CancelAsync(string id, CancellationToken cancellationToken) => SetCancelledAsync(id, 1, cancellationToken);

    public Task<ImportRecord?> ResumeAsync(string id, CancellationToken cancellationToken) => SetCancelledAsync(id, 0, cancellationToken);

    private Task<ImportRecord?> SetCancelledAsync(string id, int cancelled, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Execute(
                "UPDATE imports SET cancelled = @cancelled, updated_at = @now WHERE id = @id AND done = 0 AND cancelled <> @cancelled",
                ("@id", id), ("@cancelled", cancelled), ("@now", Now));
            return Find(connection, id);
        },
        cancellationToken);

    private ImportRecord? Find(SqliteConnection connection, string id) =>
        connection.Query(
            $"SELECT {SeenColumns} FROM imports WHERE id = @id",
            reader => ReadImport(reader, reader.FirstString(1)),
            ("@id", id),
            ("@now", Now)) is [var import]
            ? import
            : null;

    private long Now => clock.GetUtcNow().UtcTicks;

    private (string Name, object? Value)[] Progress(ImportRecord import) =>
    [
        ("@id", import.Id), ("@total", import.Total), ("@position", import.Position), ("@accepted", import.Accepted),
        ("@duplicate", import.Duplicate),
        ("@rejected", import.Rejected), ("@done", import.Done ? 1 : 0), ("@problems", SqliteColumns.ToJson(import.Problems)),
        ("@rate", import.Rate), ("@last", import.Last), ("@now", Now),
    ];

    private static ImportRecord ReadImport(SqliteDataReader reader) => ReadImport(reader, reader.Strings(1));

    private static ImportRecord ReadImport(SqliteDataReader reader, IReadOnlyList<string> urls) => new(
        reader.GetString(0), urls, reader.Text(2), reader.Strings(3), reader.Time(4), reader.IsDBNull(5) ? null : reader.GetInt64(5),
        reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetBoolean(10),
        SqliteColumns.FromJson<ImportProblem>(reader.GetString(11)),
        reader.IsDBNull(12) ? null : reader.GetDouble(12), reader.Text(13))
    {
        Cancelled = reader.GetBoolean(14),
        UpdatedAt = reader.Time(15),
        IsLeased = reader.GetBoolean(16),
    };
}
