using System.Diagnostics;
using System.Net.Http.Json;
using ImageSearch.Core.Contracts;
using ImageSearch.Core.Images;
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
