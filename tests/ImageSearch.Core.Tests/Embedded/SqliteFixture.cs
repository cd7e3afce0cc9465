using ImageSearch.Core.Embedded;
using ImageSearch.Core.Queue;
using ImageSearch.Testing;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.Embedded;

/// <summary>A database of its own, opened as often as a test wants.</summary>
internal sealed class SqliteFixture : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<SqliteDatabase> _databases = [];

    public string Directory => _directory.Path;

    public SqliteDatabase Open()
    {
        var database = new SqliteDatabase(Options.Create(new DataOptions { Directory = Directory }));
        lock (_databases)
        {
            _databases.Add(database);
        }

        return database;
    }

    public static IOptions<WorkQueueOptions> Queue(WorkQueueOptions options) => Options.Create(options);

    public void Dispose()
    {
        _databases.ForEach(database => database.Dispose());
        _directory.Dispose();
    }
}
