using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>The tables of the embedded backend. Whichever process comes first creates them; the others find them done.</summary>
internal static class SqliteSchema
{
    // images.number is the order of the collection; it is never reused, so that a page's cursor stays valid.
    // vectors.seq is the position in the change feed and the table's own key: the feed is read in the order it lies on disk. A row
    // whose vector is null is the tombstone of a deleted picture. Tombstones outlive their image, hence the id rather than its number.
    // The counters keep "how many" and "is anything pending" from being scans: they are asked for many times a minute.
    private const string First = """
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO counters VALUES ('feed', 0), ('images', 0);

        CREATE TABLE models (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, settled INTEGER NOT NULL DEFAULT 0, UNIQUE (name, version));

        CREATE TABLE images (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, source TEXT NOT NULL, content_type TEXT NOT NULL,
            width INTEGER NOT NULL, height INTEGER NOT NULL, bytes INTEGER NOT NULL, tags TEXT NOT NULL, added_at INTEGER NOT NULL);
        CREATE TRIGGER images_inserted AFTER INSERT ON images BEGIN UPDATE counters SET value = value + 1 WHERE name = 'images'; END;
        CREATE TRIGGER images_deleted AFTER DELETE ON images BEGIN UPDATE counters SET value = value - 1 WHERE name = 'images'; END;

        CREATE TABLE image_tags (tag TEXT NOT NULL, image INTEGER NOT NULL, PRIMARY KEY (tag, image)) WITHOUT ROWID;

        CREATE TABLE extractions (
            image INTEGER NOT NULL, model INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL, reason TEXT,
            labels TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (image, model)) WITHOUT ROWID;
        CREATE INDEX extractions_failed ON extractions (model, image) WHERE state = 2;
        CREATE TRIGGER extractions_inserted AFTER INSERT ON extractions WHEN new.state <> 0
            BEGIN UPDATE models SET settled = settled + 1 WHERE id = new.model; END;
        CREATE TRIGGER extractions_deleted AFTER DELETE ON extractions WHEN old.state <> 0
            BEGIN UPDATE models SET settled = settled - 1 WHERE id = old.model; END;
        CREATE TRIGGER extractions_updated AFTER UPDATE ON extractions WHEN (old.state <> 0) <> (new.state <> 0)
            BEGIN UPDATE models SET settled = settled + (new.state <> 0) - (old.state <> 0) WHERE id = new.model; END;

        CREATE TABLE vectors (
            seq INTEGER PRIMARY KEY, model INTEGER NOT NULL, bucket INTEGER NOT NULL, image BLOB NOT NULL, vector BLOB,
            UNIQUE (image, model));
        CREATE INDEX vectors_feed ON vectors (model, seq, bucket);

        CREATE TABLE work (
            number INTEGER PRIMARY KEY AUTOINCREMENT, image BLOB NOT NULL, model TEXT NOT NULL, trace_parent TEXT,
            state INTEGER NOT NULL, attempts INTEGER NOT NULL, published INTEGER NOT NULL, due INTEGER NOT NULL, lease TEXT, reason TEXT,
            UNIQUE (image, model));
        CREATE INDEX work_due ON work (model, due, number, state) WHERE state < 2;
        CREATE INDEX work_dead ON work (model) WHERE state = 2;

        CREATE TABLE imports (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, urls TEXT NOT NULL, folder TEXT, tags TEXT NOT NULL,
            created_at INTEGER NOT NULL, total INTEGER, position INTEGER NOT NULL, accepted INTEGER NOT NULL, duplicate INTEGER NOT NULL,
            rejected INTEGER NOT NULL, done INTEGER NOT NULL, problems TEXT NOT NULL, worker TEXT, leased_until INTEGER NOT NULL);
        CREATE INDEX imports_open ON imports (number, leased_until) WHERE done = 0;
        """;

    // Failures are listed by time, counted by reason and few: the index alone answers both. Whoever wrote version 1 knew no cancelled
    // imports.
    private const string Collection = """
        ALTER TABLE imports ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE imports ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE imports ADD COLUMN rate REAL;
        UPDATE imports SET updated_at = created_at;
        DROP INDEX imports_open;
        CREATE INDEX imports_open ON imports (number, leased_until) WHERE done = 0 AND cancelled = 0;

        CREATE INDEX extractions_failures ON extractions (at, image, model, reason, state) WHERE state = 2;

        CREATE TABLE idempotency (
            key TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_at INTEGER NOT NULL, fingerprint TEXT, answer TEXT) WITHOUT ROWID;
        CREATE INDEX idempotency_expired ON idempotency (expires_at);
        """;

    // Where an import goes on; since when it is leased, and a key is claimed: what is of the future was taken before the clock was set
    // back, and is free.
    private const string Resuming = """
        ALTER TABLE imports ADD COLUMN last TEXT;
        ALTER TABLE imports ADD COLUMN leased_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE idempotency ADD COLUMN claimed_at INTEGER NOT NULL DEFAULT 0;
        """;

    // A table of its own, so that the feed does not read over it; vectors of earlier versions have none.
    private const string Fingerprints = """
        CREATE TABLE fingerprints (image INTEGER NOT NULL, model INTEGER NOT NULL, fingerprint BLOB NOT NULL, UNIQUE (image, model));
        """;

    // What the vectors of a model version are made by; null for those of earlier releases, until an extractor says it.
    private const string Preparation = """
        ALTER TABLE models ADD COLUMN preparation TEXT;
        """;

    /// <summary>
    /// What leads from each version to the next: a file of any earlier version is brought up to date, step by step. Steps are only ever
    /// appended.
    /// </summary>
    internal static readonly string[] Steps = [First, Collection, Resuming, Fingerprints, Preparation];

    /// <summary>Kept in the file's <c>user_version</c>: how many of the steps it has.</summary>
    public static int Version => Steps.Length;

    /// <summary>Creates what is missing.</summary>
    /// <exception cref="InvalidOperationException">The file was written by a newer version.</exception>
    public static void Ensure(SqliteConnection connection, string path)
    {
        if (ReadVersion(connection, path) == Version)
        {
            return;
        }

        // Of effect before the first page is written: the rows of the usual 512 floats waste half of a 4 KiB page, and a fifth of an 8 KiB
        // one.
        connection.Execute("PRAGMA page_size = 8192");
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            // Another process may have been faster between the look above and the lock.
            foreach (var step in Steps.Skip((int)ReadVersion(connection, path)))
            {
                connection.Execute(step);
            }

            connection.Execute($"PRAGMA user_version = {Version}");
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    private static long ReadVersion(SqliteConnection connection, string path)
    {
        var version = connection.Scalar<long>("PRAGMA user_version");
        return version <= Version
            ? version
            : throw new InvalidOperationException(
                $"The database {path} has schema version {version}, this program knows up to {Version}: run the newer program, or give Data:Directory another directory.");
    }
}
