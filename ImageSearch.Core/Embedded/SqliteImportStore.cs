using ImageSearch.Core.Imports;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>Imports in SQLite; what was asked for is written once, progress often.</summary>
internal sealed class SqliteImportStore(SqliteDatabase database, TimeProvider clock) : IImportStore
{
    private const string Columns = "id, urls, folder, tags, created_at, total, position, accepted, duplicate, rejected, done, problems";

    private const string NextOpen = "SELECT number FROM imports WHERE done = 0 AND leased_until <= @now ORDER BY number LIMIT 1";

    public Task AddAsync(ImportRecord import, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            $"""
            INSERT OR IGNORE INTO imports ({Columns}, leased_until)
            VALUES (@id, @urls, @folder, @tags, @created, @total, @position, @accepted, @duplicate, @rejected, @done, @problems, 0)
            """,
            [("@urls", SqliteColumns.ToJson(import.Urls)), ("@folder", import.Folder), ("@tags", SqliteColumns.ToJson(import.Tags)),
                ("@created", import.CreatedAt.UtcTicks), .. Progress(import)]),
        cancellationToken);

    public Task<ImportRecord?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query($"SELECT {Columns} FROM imports WHERE id = @id", ReadImport, ("@id", id)) is [var import] ? import : null, cancellationToken);

    public async Task<ImportRecord?> LeaseAsync(string worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        // Workers poll: the write lock is for those that see something to take.
        if (await database.ReadAsync(connection => connection.Scalar<long>(NextOpen, ("@now", Now)), cancellationToken).ConfigureAwait(false) == 0)
        {
            return null;
        }

        return await database.WriteAsync(
            connection => connection.Query(
                $"UPDATE imports SET worker = @worker, leased_until = @until WHERE number = ({NextOpen}) RETURNING {Columns}", ReadImport,
                ("@worker", worker), ("@now", Now), ("@until", Now + lease.Ticks)) is [var import] ? import : null,
            cancellationToken).ConfigureAwait(false);
    }

    public Task<bool> SaveAsync(ImportRecord import, string worker, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            """
            UPDATE imports SET total = @total, position = @position, accepted = @accepted, duplicate = @duplicate, rejected = @rejected,
            done = max(done, @done), problems = @problems, leased_until = @until WHERE id = @id AND worker = @worker
            """,
            [("@worker", worker), ("@until", import.Done ? 0 : Now + lease.Ticks), .. Progress(import)]) == 1,
        cancellationToken);

    public Task ReleaseAsync(string id, string worker, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "UPDATE imports SET worker = NULL, leased_until = 0 WHERE id = @id AND worker = @worker AND done = 0", ("@id", id), ("@worker", worker)),
        cancellationToken);

    private long Now => clock.GetUtcNow().UtcTicks;

    private static (string Name, object? Value)[] Progress(ImportRecord import) =>
    [
        ("@id", import.Id), ("@total", import.Total), ("@position", import.Position), ("@accepted", import.Accepted), ("@duplicate", import.Duplicate),
        ("@rejected", import.Rejected), ("@done", import.Done ? 1 : 0), ("@problems", SqliteColumns.ToJson(import.Problems)),
    ];

    private static ImportRecord ReadImport(SqliteDataReader reader) => new(
        reader.GetString(0), reader.Strings(1), reader.Text(2), reader.Strings(3), reader.Time(4), reader.IsDBNull(5) ? null : reader.GetInt64(5),
        reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetBoolean(10), SqliteColumns.FromJson<ImportProblem>(reader.GetString(11)));
}
