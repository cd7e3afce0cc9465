using ImageSearch.Core.Idempotency;

namespace ImageSearch.Core.Embedded;

/// <summary>
/// Keys in SQLite. A row without an answer is in work; one that has expired is as good as none, and goes when others come. So is one that
/// was claimed in the future, as the clock was set back since: nobody would wait for it to end.
/// </summary>
internal sealed class SqliteIdempotencyStore(SqliteDatabase database, TimeProvider clock) : IIdempotencyStore
{
    /// <summary>Expired rows that one write takes away: more than it adds.</summary>
    private const int SweptAtOnce = 20;

    public Task<IdempotencyClaim> ClaimAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
        database.WriteAsync(
        connection =>
        {
            connection.Execute(
                "DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE expires_at <= @now OR expires_at > @latest ORDER BY expires_at LIMIT @limit)",
                ("@now", Now), ("@latest", Now + IIdempotencyStore.LongestKept.Ticks), ("@limit", SweptAtOnce));
            var mine = connection.Execute(
                """
                INSERT INTO idempotency (key, owner, claimed_at, expires_at) VALUES (@key, @owner, @now, @until)
                ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, claimed_at = excluded.claimed_at, expires_at = excluded.expires_at, fingerprint = NULL, answer = NULL
                WHERE expires_at <= @now OR expires_at > @latest OR (answer IS NULL AND claimed_at > @now)
                """,
                ("@key", key), ("@owner", owner), ("@until", Now + lease.Ticks), ("@now", Now),
                ("@latest", Now + IIdempotencyStore.LongestKept.Ticks)) == 1;
            return new IdempotencyClaim(mine, mine ? null : connection.Query(
                "SELECT fingerprint, answer FROM idempotency WHERE key = @key AND answer IS NOT NULL",
                reader => new IdempotentAnswer(reader.GetString(0), reader.GetString(1)), ("@key", key)) is [var answer] ? answer : null);
        },
        cancellationToken);

    public Task<bool> RenewAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "UPDATE idempotency SET claimed_at = @now, expires_at = @until WHERE key = @key AND owner = @owner AND answer IS NULL",
            ("@key", key), ("@owner", owner), ("@now", Now), ("@until", Now + lease.Ticks)) == 1,
        cancellationToken);

    public Task<bool> CompleteAsync(
        string key, string owner, IdempotentAnswer answer, TimeSpan keep, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "UPDATE idempotency SET expires_at = @until, fingerprint = @fingerprint, answer = @answer WHERE key = @key AND owner = @owner AND answer IS NULL",
            ("@key", key), ("@owner", owner), ("@until", Now + keep.Ticks), ("@fingerprint", answer.Fingerprint),
            ("@answer", answer.Body)) == 1,
        cancellationToken);

    public Task ReleaseAsync(string key, string owner, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
            connection.Execute(
                "DELETE FROM idempotency WHERE key = @key AND owner = @owner AND answer IS NULL", ("@key", key), ("@owner", owner)),
        cancellationToken);

    private long Now => clock.GetUtcNow().UtcTicks;
}
