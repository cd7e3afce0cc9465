using ImageSearch.Core.Embedded;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Tests.Embedded;

public sealed class SqliteSchemaTests : IDisposable
{
    private readonly SqliteFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Open_FileOfTheFirstVersion_KeepsAllAndCanDoWhatIsNew()
    {
        CreateFirstVersion();
        var database = _fixture.Open();
        var store = new SqliteImageStore(database, TimeProvider.System);
        var imports = new SqliteImportStore(database, TimeProvider.System);

        Assert.Equal(["old"], (await store.FindAsync(Samples.Id(1), Token))!.Tags);
        Assert.Equal(1, await store.CountAsync(Token));
        var failure = Assert.Single((await store.ListFailuresAsync(FailureFilter.All, 10, null, Token)).Failures);
        Assert.Equal((Samples.Id(1), Samples.Model, "broken"), (failure.Id, failure.Model, failure.Reason));
        Assert.Equal(new TagChange(1, 0), await store.ChangeTagsAsync([Samples.Id(1)], ["new"], ["old"], Token));
        var import = Assert.Single(await imports.ListAsync(10, Token));
        Assert.Equal(("import", ImportState.Waiting, import.CreatedAt), (import.Id, import.State, import.UpdatedAt));
        Assert.Equal(ImportState.Cancelled, (await imports.CancelAsync("import", Token))!.State);
        Assert.Null(await imports.LeaseAsync("worker", TimeSpan.FromMinutes(1), Token));
        Assert.True((await new SqliteIdempotencyStore(database, TimeProvider.System).ClaimAsync("key", "owner", TimeSpan.FromMinutes(1), Token)).IsMine);
        Assert.Equal(SqliteSchema.Version, await database.ReadAsync(connection => connection.Scalar<long>("PRAGMA user_version"), Token));
    }

    [Fact]
    public async Task Open_FileOfTheFirstVersionByManyAtOnce_OneBringsItUpToDate()
    {
        CreateFirstVersion();

        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new SqliteImageStore(_fixture.Open(), TimeProvider.System).CountAsync(Token))));

        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Open_UpToDateAndNew_HaveTheSameTables()
    {
        CreateFirstVersion();
        var upgraded = await ReadSchemaAsync(_fixture.Open());
        using var other = new SqliteFixture();

        Assert.Equal(await ReadSchemaAsync(other.Open()), upgraded);
    }

    private static Task<List<string>> ReadSchemaAsync(SqliteDatabase database) => database.ReadAsync(
        connection => connection.Query("SELECT name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY name", reader => reader.GetString(0)), Token);

    private void CreateFirstVersion()
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_fixture.Directory, SqliteDatabase.FileName)};Pooling=false");
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute(SqliteSchema.Steps[0]);
        connection.Execute("PRAGMA user_version = 1");
        connection.Execute("INSERT INTO models (name, version) VALUES (@name, @version)", ("@name", Samples.Model.Name), ("@version", Samples.Model.Version));
        connection.Execute(
            """
            INSERT INTO images (id, source, content_type, width, height, bytes, tags, added_at) VALUES (@id, 'a.png', 'image/png', 1, 1, 1, '["old"]', 1);
            INSERT INTO image_tags VALUES ('old', 1);
            INSERT INTO extractions VALUES (1, 1, 2, 3, 'broken', '[]', 5);
            INSERT INTO imports (id, urls, tags, created_at, position, accepted, duplicate, rejected, done, problems, leased_until)
            VALUES ('import', '["http://example.org/1.png"]', '[]', 638000000000000000, 0, 0, 0, 0, 0, '[]', 0);
            """,
            ("@id", Samples.Id(1).ToByteArray()));
    }
}
