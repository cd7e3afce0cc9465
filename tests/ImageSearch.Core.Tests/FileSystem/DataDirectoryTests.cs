using ImageSearch.Core.Embedded;
using ImageSearch.Core.FileSystem;
using ImageSearch.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.FileSystem;

/// <summary>A data directory that cannot be used ends the start with one sentence that has the path and the remedy.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Check_UsableOrNotThereYet_PassesAndLeavesNothing()
    {
        var data = _directory.Combine("new", "data");

        await CheckAsync(data);
        await CheckAsync(data);

        Assert.DoesNotContain(Directory.EnumerateFiles(data), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_AFileInItsPlace_Fails()
    {
        var data = _directory.Combine("data");
        await File.WriteAllTextAsync(data, "in the way", TestContext.Current.CancellationToken);
        await FailsAsync(data, "is a file");
    }

    [Fact]
    public async Task Check_ParentThatCannotBeMade_Fails()
    {
        await File.WriteAllTextAsync(_directory.Combine("parent"), "in the way", TestContext.Current.CancellationToken);
        await FailsAsync(_directory.Combine("parent", "data"), "cannot be created");
    }

    [Fact]
    public async Task Check_ADirectoryInWhichNobodyMayWrite_Fails()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        await FailsAsync("/proc/sys", "cannot be used", "/proc/sys");
    }

    [Fact]
    public async Task Check_DatabaseOfGarbage_FailsAndLeavesIt()
    {
        var path = _directory.Combine(SqliteDatabase.FileName);
        var garbage = Enumerable.Range(0, 20_000).Select(i => (byte)(i * 31)).ToArray();
        await File.WriteAllBytesAsync(path, garbage, TestContext.Current.CancellationToken);

        await FailsAsync(_directory.Path, "is damaged or no database");

        Assert.Equal(garbage, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Check_DatabaseThatIsADirectory_Fails()
    {
        Directory.CreateDirectory(_directory.Combine(SqliteDatabase.FileName));
        await FailsAsync(_directory.Path, "cannot be used");
    }

    [Fact]
    public async Task Check_DatabaseOfANewerVersion_Fails()
    {
        SQLitePCL.Batteries_V2.Init();
        using (var connection = new SqliteConnection($"Data Source={_directory.Combine(SqliteDatabase.FileName)};Pooling=false"))
        {
            connection.Open();
            connection.Execute("PRAGMA user_version = 999");
        }

        await FailsAsync(_directory.Path, "run the newer program");
    }

    private async Task FailsAsync(string data, string sentence, string? path = null)
    {
        var failure = await Assert.ThrowsAsync<UnusableDataException>(() => CheckAsync(data));
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.Contains(path ?? _directory.Path, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    private static async Task CheckAsync(string data)
    {
        var options = Options.Create(new DataOptions { Directory = data });
        await using var services = new ServiceCollection().AddSingleton(options).AddSingleton(new FileBlobStore(options)).AddSingleton(_ => new SqliteDatabase(options)).BuildServiceProvider();
        await ServiceStart.CheckDataAsync(services);
    }
}
