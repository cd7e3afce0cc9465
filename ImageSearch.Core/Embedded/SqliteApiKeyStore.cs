using ImageSearch.Core.Security;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>
/// API keys in SQLite. The table is made here and not with the others: it depends on none of them, and a program that does not know it
/// can still open the file, so the schema's version need not change.
/// </summary>
internal sealed class SqliteApiKeyStore(SqliteDatabase database, TimeProvider clock) : IApiKeyStore
{
    private const string Table = """
        CREATE TABLE IF NOT EXISTS api_keys (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scope INTEGER NOT NULL, hash BLOB NOT NULL,
            created_at INTEGER NOT NULL, used_at INTEGER, revoked_at INTEGER)
        """;

    private const string Columns = "id, name, scope, hash, created_at, used_at, revoked_at";

    private volatile bool _ready;

    public async Task<ApiKey> AddAsync(
        string id, string name, ApiScope scope, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken);
        var added = await database.WriteAsync(
            connection => connection.Query(
                $"INSERT OR IGNORE INTO api_keys (id, name, scope, hash, created_at) VALUES (@id, @name, @scope, @hash, @now) RETURNING {Columns}", ReadKey,
                ("@id", id), ("@name", name), ("@scope", (int)scope), ("@hash", hash.ToArray()), ("@now", Now)),
            cancellationToken);
        return added is [var key] ? key : throw new InvalidOperationException($"There is a key with the id {id} already.");
    }

    public async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken);
        return await database.ReadAsync(
            connection =>
                connection.Query($"SELECT {Columns} FROM api_keys WHERE id = @id", ReadKey, ("@id", id)) is [var key] ? key : null,
            cancellationToken);
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken);
        return await database.ReadAsync(
            connection => connection.Query($"SELECT {Columns} FROM api_keys ORDER BY number DESC", ReadKey), cancellationToken);
    }

    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken);
        return await database.WriteAsync(
            connection =>
                connection.Execute(
                    "UPDATE api_keys SET revoked_at = coalesce(revoked_at, @now) WHERE id = @id", ("@id", id), ("@now", Now)) == 1,
            cancellationToken);
    }

    public async Task TouchAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await EnsureAsync(cancellationToken);
        await database.WriteAsync(
            connection =>
            {
                foreach (var id in ids)
                {
                    connection.Execute(
                        "UPDATE api_keys SET used_at = max(coalesce(used_at, 0), @now) WHERE id = @id", ("@id", id), ("@now", Now));
                }
            },
            cancellationToken);
    }

    private long Now => clock.GetUtcNow().UtcTicks;

    private async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (!_ready)
        {
            await database.WriteAsync(connection => connection.Execute(Table), cancellationToken);
            _ready = true;
        }
    }

    private static ApiKey ReadKey(SqliteDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), (ApiScope)reader.GetInt32(2), reader.Blob(3).ToArray(), reader.Time(4),
        OptionalTime(reader, 5), OptionalTime(reader, 6));

    private static DateTimeOffset? OptionalTime(SqliteDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.Time(ordinal);
}
