using System.Diagnostics;
using System.Globalization;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Embedded;
using ImageSearch.Core.FileSystem;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.Embedded;

/// <summary>Other processes write, and are killed in the middle of it: this test program itself, started with its explicit test.</summary>
public sealed class CrashTests : IDisposable
{
    private const string DirectoryVariable = "IMAGESEARCH_TEST_CRASH_DIRECTORY";
    private const string WriterVariable = "IMAGESEARCH_TEST_CRASH_WRITER";
    private const int NumbersPerWriter = 1_000_000;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Kill_WritersInTheMiddle_EverythingAcknowledgedIsThereAndWhole()
    {
        using var database = new SqliteDatabase(Options.Create(new DataOptions { Directory = _directory.Path }));
        var store = new SqliteImageStore(database, TimeProvider.System);
        var followed = new HashSet<ImageId>();
        var cursor = default(ChangeCursor);
        for (var round = 0; round < 2; round++)
        {
            // All of them come at once to a database that is not there yet, the first time.
            using var first = StartWriter(round * 2);
            using var second = StartWriter((round * 2) + 1);
            await Eventually.BecomesTrue(
                async () =>
                {
                    cursor = await FollowAsync(store, followed, cursor);
                    return Acknowledged(round * 2).Count >= 25 && Acknowledged((round * 2) + 1).Count >= 25;
                },
                TimeSpan.FromSeconds(60), Token, "both writers have written 25 pictures");
            Assert.False(first.HasExited || second.HasExited, "a writer ended by itself");
            first.Kill();
            second.Kill();
            await first.WaitForExitAsync(Token);
            await second.WaitForExitAsync(Token);
        }

        await FollowAsync(store, followed, cursor);
        await AssertWholeAsync(database, store, [.. Enumerable.Range(0, 4).SelectMany(Acknowledged)], followed);
    }

    /// <summary>The other process. It says what it has been promised by appending to a file.</summary>
    [Fact(Explicit = true)]
    public async Task Writer_UntilKilled_Writes()
    {
        var directory = Environment.GetEnvironmentVariable(DirectoryVariable)!;
        var writer = int.Parse(Environment.GetEnvironmentVariable(WriterVariable)!, CultureInfo.InvariantCulture);
        var options = Options.Create(new DataOptions { Directory = directory });
        using var database = new SqliteDatabase(options);
        var store = new SqliteImageStore(database, TimeProvider.System);
        var queue = new SqliteWorkQueue(database, Options.Create(new WorkQueueOptions()), TimeProvider.System);
        var blobs = new FileBlobStore(options);
        await using var promised = new StreamWriter(Path.Combine(directory, $"promised-{writer}.txt")) { AutoFlush = true };
        for (var number = writer * NumbersPerWriter; ; number++)
        {
            await blobs.PutAsync(BlobKeys.Image(Samples.Id(number)), Content(number), Token);
            await store.AddAsync(Samples.Image(number), Token);
            await queue.PublishAsync([Samples.Model.Name], [new WorkItem(Samples.Id(number))], Token);
            await store.PutVectorsAsync(Samples.Model, [Samples.Vector(number, 512)], Token);
            await promised.WriteLineAsync(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static async Task<ChangeCursor> FollowAsync(SqliteImageStore store, HashSet<ImageId> followed, ChangeCursor cursor)
    {
        ChangePage page;
        do
        {
            page = await store.ReadChangesAsync(Samples.Model, new(0, 1), cursor, 10, Token);
            followed.UnionWith(page.Changes.Select(change => change.Id));
            cursor = page.Next;
        }
        while (!page.CaughtUp);

        return cursor;
    }

    private async Task AssertWholeAsync(SqliteDatabase database, SqliteImageStore store, List<int> promised, HashSet<ImageId> followed)
    {
        Assert.Equal("ok", await database.ReadAsync(connection => connection.Scalar<string>("PRAGMA integrity_check"), Token));
        var blobs = new FileBlobStore(Options.Create(new DataOptions { Directory = _directory.Path }));
        foreach (var number in promised)
        {
            var id = Samples.Id(number);
            Assert.NotNull(await store.FindAsync(id, Token));
            Assert.Equal(Samples.Floats(number, 512), (await store.FindVectorAsync(Samples.Model, id, Token))!.Vector.ToArray());
            Assert.Equal(Content(number), await blobs.GetAsync(BlobKeys.Image(id), Token));
            Assert.Contains(id, followed);
        }

        // What was not promised may be there or not, but never in part: the next number of each writer was under way.
        foreach (var number in Enumerable.Range(0, 4).Select(writer => Acknowledged(writer)[^1] + 1))
        {
            Assert.True(await blobs.GetAsync(BlobKeys.Image(Samples.Id(number)), Token) is null or { Length: 20_000 });
        }

        var queue = new SqliteWorkQueue(database, Options.Create(new WorkQueueOptions()), TimeProvider.System);
        Assert.InRange((await queue.CountAsync(Samples.Model.Name, Token)).Waiting, promised.Count, promised.Count + 4);
        Assert.Equal(AddOutcome.Added, await store.AddAsync(Samples.Image(-1), Token));
    }

    private Process StartWriter(int writer)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(CrashTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-method", $"{typeof(CrashTests).FullName}.{nameof(Writer_UntilKilled_Writes)}", "-explicit", "only" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[DirectoryVariable] = _directory.Path;
        start.Environment[WriterVariable] = writer.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => TestContext.Current.SendDiagnosticMessage("writer {0}: {1}", writer, line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private List<int> Acknowledged(int writer)
    {
        var path = _directory.Combine($"promised-{writer}.txt");
        if (!File.Exists(path))
        {
            return [];
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        // A line that is not ended may be half a number.
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
    }

    private static byte[] Content(int number)
    {
        var content = new byte[20_000];
        new Random(number).NextBytes(content);
        return content;
    }
}
