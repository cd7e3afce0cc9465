using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using ImageSearch.Ingest.ImportJobs;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.ImportJobs;

public sealed class FolderImportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _root;
    private readonly string _outside;

    public FolderImportTests()
    {
        _root = Directory.CreateDirectory(_directory.Combine("photos")).FullName;
        _outside = Directory.CreateDirectory(_directory.Combine("photos-private")).FullName; // the root's name is a prefix of its
        File.WriteAllBytes(Path.Combine(_outside, "secret.png"), Png.Create(666));
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Import_Folder_TakesPicturesAtEveryDepth()
    {
        Write("b/2.PNG", Png.Create(2));
        Write("a/deep/er/1.jpg", Png.Create(1)); // content decides what it is
        Write("3.png", Png.Create(3));
        Write("a/copy.png", Png.Create(3));
        Write("a/fake.png", "no picture"u8);
        Write("a/empty.png", []);
        Write("a/notes.txt", "not counted"u8);
        Write("a/.hidden.png", Png.Create(4));
        Write(".thumbnails/5.png", Png.Create(5));
        await using var host = Start();

        var status = await ImportAsync(host, _root, "holiday");

        Assert.Equal((6, 3, 1, 2), (status.Total, status.Accepted, status.Duplicate, status.Rejected));
        Assert.Equal(["a/empty.png", "a/fake.png"], status.Problems.Select(problem => problem.Source));
        Assert.All(status.Problems, problem => Assert.StartsWith("not a picture", problem.Reason));
        var record = await host.Store.FindAsync(ImageId.Of(Png.Create(1)), default);
        Assert.Equal(("a/deep/er/1.jpg", "image/png"), (record!.Source, record.ContentType));
        Assert.Equal(["holiday"], record.Tags);
        Assert.Equal(3, (await host.QueuedAsync()).Count);
    }

    [Fact]
    public async Task Import_RelativeFolder_IsFoundBelowTheFirstRootThatHasIt()
    {
        var second = Directory.CreateDirectory(_directory.Combine("more")).FullName;
        Directory.CreateDirectory(Path.Combine(second, "trips", "sea"));
        File.WriteAllBytes(Path.Combine(second, "trips", "sea", "1.png"), Png.Create(1));
        await using var host = Start(("Ingest:FolderRoots:1", second));

        Assert.Equal(1, (await ImportAsync(host, "trips/sea")).Accepted);

        Assert.Equal("trips/sea/1.png", (await host.Store.FindAsync(ImageId.Of(Png.Create(1)), default))!.Source);
    }

    [Fact]
    public async Task Import_RootThatIsALink_IsAllowedByBothItsNames()
    {
        Write("1.png", Png.Create(1));
        var link = _directory.Combine("link");
        Directory.CreateSymbolicLink(link, _root);
        await using var host = IngestHost.Start(_directory, ("Ingest:FolderRoots:0", link));

        Assert.Equal(1, (await ImportAsync(host, link)).Accepted);
        Assert.Equal(1, (await ImportAsync(host, _root)).Duplicate);
    }

    [Theory]
    [InlineData("{outside}")]
    [InlineData("{directory}")]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("/does/not/exist")]
    [InlineData("..")]
    [InlineData("../photos-private")]
    [InlineData("sub/../../photos-private")]
    [InlineData("sub/..")]
    [InlineData("{root}/../photos-private")]
    [InlineData("..\\photos-private")]
    [InlineData("escape")]
    [InlineData("escape/")]
    [InlineData("{root}/escape")]
    [InlineData("sub/chain")]
    [InlineData("sub/chain/sub")]
    [InlineData("sub/1.png")]
    [InlineData("")]
    [InlineData("sub\0")]
    public async Task Import_FolderThatIsNotAllowed_Is400WithoutTellingPaths(string folder)
    {
        Write("sub/1.png", Png.Create(1));
        Directory.CreateDirectory(Path.Combine(_outside, "sub"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "escape"), "../photos-private");
        Directory.CreateSymbolicLink(Path.Combine(_root, "sub", "chain"), Path.Combine(_root, "escape"));
        folder = folder.Replace("{outside}", _outside, StringComparison.Ordinal).Replace("{root}", _root, StringComparison.Ordinal)
            .Replace("{directory}", _directory.Path, StringComparison.Ordinal);
        await using var host = Start();

        using var response = await host.Http.PostAsJsonAsync("/imports", new { folder });

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "folder-not-allowed");
        Assert.DoesNotContain(_directory.Path, problem.GetRawText());
    }

    [Fact]
    public async Task Import_MissingFolderBelowTheRoot_Is400()
    {
        await using var host = Start();
        using var response = await host.Http.PostAsJsonAsync("/imports", new { folder = "missing" });
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "folder-not-found");
    }

    [Fact]
    public async Task Import_LinksInTheFolder_AreFollowedInsideTheRootOnly()
    {
        Write("real/1.png", Png.Create(1));
        File.CreateSymbolicLink(Path.Combine(_root, "inside.png"), "real/1.png");
        File.CreateSymbolicLink(Path.Combine(_root, "outside.png"), Path.Combine(_outside, "secret.png"));
        File.CreateSymbolicLink(Path.Combine(_root, "dangling.png"), "nothing.png");
        File.CreateSymbolicLink(Path.Combine(_root, "self.png"), "self.png");
        Directory.CreateSymbolicLink(Path.Combine(_root, "leads-out"), _outside);
        Directory.CreateSymbolicLink(Path.Combine(_root, "circle"), _root);
        await using var host = Start();

        var status = await ImportAsync(host, _root);

        Assert.Equal((1, 1), (status.Accepted, status.Duplicate));
        Assert.Equal(["circle", "dangling.png", "leads-out", "outside.png", "self.png"], status.Problems.Select(problem => problem.Source));
        Assert.Null(await host.Store.FindAsync(ImageId.Of(Png.Create(666)), default));
    }

    [Fact]
    public async Task Import_PipeNamedLikeAPicture_DoesNotBlock()
    {
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(_root, "pipe.png")]))
        {
            await mkfifo.WaitForExitAsync();
            Assert.Equal(0, mkfifo.ExitCode);
        }

        await using var host = Start();
        Assert.Equal(1, (await ImportAsync(host, _root)).Rejected);
    }

    [Fact]
    public async Task Import_FileTooLarge_IsAProblem()
    {
        Write("1.png", Png.Create(1, padding: 5000));
        await using var host = Start(("Limits:MaximumBytes", "4000"));
        Assert.StartsWith("too large", Assert.Single((await ImportAsync(host, _root)).Problems).Reason);
    }

    [Fact]
    public async Task Import_LinkSwappedAfterTheRequest_IsRefused()
    {
        Write("album/1.png", Png.Create(1));
        await using var host = Start();
        var import = new Core.Imports.ImportRecord("swapped", [], Path.Combine(_root, "album"), [], DateTimeOffset.UtcNow);
        Directory.Delete(Path.Combine(_root, "album"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(_root, "album"), _outside);

        await host.Imports.AddAsync(import, default);
        var status = await host.FinishedAsync(import.Id);

        Assert.Equal(0, status.Accepted);
        Assert.Single(status.Problems);
        Assert.Equal(0, await host.Store.CountAsync(default));
    }

    [Fact]
    public async Task Import_StrangeNames_AreData()
    {
        Write("<script>alert(1)</script>.png", Png.Create(1));
        Write("new\nline.png", Png.Create(2));
        await using var host = Start();

        Assert.Equal(2, (await ImportAsync(host, _root)).Accepted);

        Assert.Equal("newline.png", (await host.Store.FindAsync(ImageId.Of(Png.Create(2)), default))!.Source);
    }

    [Fact]
    public async Task Import_FilesThatCannotBeRead_EachSaysWhy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Names that are not UTF-8, pipes and sockets are made as on Linux.");
        Write("good.png", Png.Create(1));
        Write("empty.png", []);
        File.CreateSymbolicLink(Path.Combine(_root, "broken.png"), "nothing.png");
        File.CreateSymbolicLink(Path.Combine(_root, "circle.png"), "circle.png");
        File.CreateSymbolicLink(Path.Combine(_root, "outside.png"), Path.Combine(_outside, "missing.png"));
        File.CreateSymbolicLink(Path.Combine(_root, "device.png"), "/dev/zero");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_root, "socket.png")));
        await ShellAsync(
            """
            printf x > "$(printf 'caf\351.png')"
            mkdir "$(printf 'caf\351')" && printf x > "$(printf 'caf\351')/inside.png"
            mkfifo pipe.png
            long=$(printf 'n%.0s' $(seq 240)); mkdir deep && cd deep && for i in $(seq 18); do mkdir $long && cd $long; done && printf x > deep.png
            """);
        await using var host = Start();

        var status = await ImportAsync(host, _root);

        Assert.True(status.Done);
        Assert.Equal(1, status.Accepted);
        AssertReason("broken.png", "broken link");
        AssertReason("circle.png", "broken link");
        AssertReason("outside.png", "not allowed");
        AssertReason("device.png", "not allowed");
        AssertReason("empty.png", "not a picture: the file is empty");
        AssertReason("pipe.png", "not a file");
        AssertReason("socket.png", "not a file");
        Assert.Equal(2, status.Problems.Count(problem => problem.Source.StartsWith("caf", StringComparison.Ordinal) && problem.Reason.StartsWith("name not UTF-8", StringComparison.Ordinal)));
        Assert.Contains(status.Problems, problem => problem.Source.StartsWith("deep/", StringComparison.Ordinal) && problem.Reason.StartsWith("path too long", StringComparison.Ordinal));
        Assert.Equal(10, status.Rejected);

        void AssertReason(string source, string reason) => Assert.StartsWith(reason, Assert.Single(status.Problems, problem => problem.Source == source).Reason);
    }

    [Fact]
    public void Open_FileGoneSinceTheListing_HasVanished() => Assert.StartsWith(
        "vanished", Assert.Throws<ImportSourceException>(() => FolderFile.Open(Path.Combine(_root, "gone.png"), _root)).Message);

    [Fact]
    public void Open_FileThatMayNotBeRead_IsNotPermitted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Whoever is root may read everything.");
        Write("1.png", Png.Create(1));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_root, "1.png"), UnixFileMode.None);
        }

        Assert.StartsWith("not permitted", Assert.Throws<ImportSourceException>(() => FolderFile.Open(Path.Combine(_root, "1.png"), _root)).Message);
    }

    [Fact]
    public async Task Import_FolderChangesWhileNobodyWorksOnIt_NothingIsLeftOutOrTakenTwice()
    {
        foreach (var i in Enumerable.Range(0, 8))
        {
            Write($"{i}.png", Png.Create(i));
        }

        await using var host = Start();
        // 0 to 3 are settled; since then two of them went, one came before them, and one of the rest was renamed.
        File.Delete(Path.Combine(_root, "1.png"));
        File.Delete(Path.Combine(_root, "3.png"));
        Write("00.png", Png.Create(100));
        File.Move(Path.Combine(_root, "5.png"), Path.Combine(_root, "9.png"));
        await host.Imports.AddAsync(
            new Core.Imports.ImportRecord("resumed", [], _root, [], DateTimeOffset.UtcNow, Total: 8, Position: 4, Accepted: 4, Last: "3.png"), default);

        var status = await host.FinishedAsync("resumed");

        Assert.Equal((8, 0, 0), (status.Accepted, status.Duplicate, status.Rejected));
        foreach (var i in new[] { 4, 5, 6, 7 })
        {
            Assert.NotNull(await host.Store.FindAsync(ImageId.Of(Png.Create(i)), default));
        }

        Assert.Equal(4, await host.Store.CountAsync(default));
    }

    [Fact]
    public async Task Import_RecordOfAVersionThatCounted_GoesOnBehindTheCount()
    {
        foreach (var i in Enumerable.Range(0, 5))
        {
            Write($"{i}.png", Png.Create(i));
        }

        await using var host = Start();
        await host.Imports.AddAsync(
            new Core.Imports.ImportRecord("old", [], _root, [], DateTimeOffset.UtcNow, Total: 5, Position: 3, Accepted: 3), default);

        Assert.Equal((5, 0), ((await host.FinishedAsync("old")).Accepted, (await host.StatusAsync("old")).Duplicate));
        Assert.Equal(2, await host.Store.CountAsync(default));
    }

    private async Task ShellAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash") { ArgumentList = { "-ec", script }, WorkingDirectory = _root })!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private static async Task<ImportStatus> ImportAsync(IngestHost host, string folder, params string[] tags) =>
        await host.FinishedAsync(await host.ImportAsync(new { folder, tags }));

    private IngestHost Start(params (string Key, string Value)[] settings) =>
        IngestHost.Start(_directory, [("Ingest:FolderRoots:0", _root), .. settings]);

    private void Write(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
    }
}
