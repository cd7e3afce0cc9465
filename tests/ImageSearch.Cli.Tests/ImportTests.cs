using ImageSearch.Cli.Tests.Support;
using ImageSearch.Testing;

namespace ImageSearch.Cli.Tests;

public sealed class ImportTests : CliTest
{
    [Fact]
    public async Task Folder_IsSentWithEverythingBelowIt_AndKnownThenOn()
    {
        WritePicture(1, "a.png");
        WritePicture(2, "below/further/b.PNG");
        WritePicture(3, ".hidden/c.png");
        await File.WriteAllTextAsync(Path.Combine(Folder, "notes.txt"), "no picture", Token);
        File.CreateSymbolicLink(Path.Combine(Folder, "circle"), Folder);

        var first = await RunAsync("import", Folder, "--tag", "holidays", "--tag", "2026", "--wait");
        var second = await RunAsync("import", Folder);

        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.StartsWith("2 pictures: 2 new, 0 known already, 0 rejected, in ", first.Output, StringComparison.Ordinal);
        Assert.Contains("1 files that do not look like pictures were passed by", first.Error, StringComparison.Ordinal);
        Assert.StartsWith("2 pictures: 0 new, 2 known already, 0 rejected, in ", second.Output, StringComparison.Ordinal);
        var images = (await JsonAsync("list"))["images"]!.AsArray();
        Assert.Equal(["a.png", "below/further/b.PNG"], images.Select(image => (string)image!["source"]!).Order());
        Assert.Equal(["2026", "holidays"], images[0]!["tags"]!.AsArray().Select(tag => (string)tag!).Order());
    }

    [Fact]
    public async Task Rejections_AreNamed_AndTold()
    {
        WritePicture(1, "a.png");
        await File.WriteAllTextAsync(Path.Combine(Folder, "broken.png"), "no picture", Token);

        var run = await RunAsync("import", Folder);
        var json = await RunAsync("import", Folder, "--json");

        Assert.True(run.ExitCode == 3, run.ToString());
        Assert.Contains("1 new, 0 known already, 1 rejected", run.Output, StringComparison.Ordinal);
        Assert.Contains("broken.png: ", run.Error, StringComparison.Ordinal);
        var summary = global::System.Text.Json.Nodes.JsonNode.Parse(json.Output)!;
        Assert.Equal((2, 0, 1, 1), ((int)summary["files"]!, (int)summary["accepted"]!, (int)summary["duplicate"]!, (int)summary["rejected"]!));
        Assert.Equal("broken.png", (string?)summary["problems"]![0]!["source"]);
    }

    [Fact]
    public async Task Batches_AreOfTheGivenSize()
    {
        foreach (var seed in Enumerable.Range(1, 7))
        {
            WritePicture(seed, $"{seed}.png");
        }

        var run = await RunAsync("import", Folder, "--batch", "3", "--parallel", "2");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal([1, 3, 3], System.Ingest.Uploads.Order());
    }

    [Fact]
    public async Task Interrupted_ItGoesOnWhereItWas()
    {
        foreach (var seed in Enumerable.Range(1, 4))
        {
            WritePicture(seed, $"{seed}.png");
        }

        // The first upload is answered, the second never is.
        System.Ingest.Accept = (content, name, tags) =>
        {
            System.Ingest.Hang();
            return System.AddAsync(content, name, indexed: true, tags);
        };
        CliRun stopped;
        using (var process = Start("import", Folder, "--batch", "1", "--parallel", "1"))
        {
            await Eventually.BecomesTrue(() => System.Ingest.Requests.Count(request => request.StartsWith("POST /images", StringComparison.Ordinal)) == 2, cancellationToken: Token);
            process.PressCtrlC();
            stopped = await process.EndAsync();
        }

        System.Ingest.Intercept = null;
        System.Ingest.Accept = (content, name, tags) => System.AddAsync(content, name, indexed: true, tags);
        var resumed = await RunAsync("import", Folder, "--batch", "1", "--parallel", "1");

        Assert.True(stopped.ExitCode == 130, stopped.ToString());
        Assert.EndsWith("1 of 4 pictures were sent. The same command goes on from here.\nStopped.\n", stopped.Error, StringComparison.Ordinal);
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.StartsWith("4 pictures: 3 new, 0 known already, 0 rejected, 1 sent before, in ", resumed.Output, StringComparison.Ordinal);
        Assert.Contains("Going on: 1 of 4 pictures were sent before", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatTakesLess_IsSentLess()
    {
        foreach (var seed in Enumerable.Range(1, 4))
        {
            WritePicture(seed, $"{seed}.png");
        }

        var refused = 0;
        System.Ingest.Intercept = async context =>
        {
            System.Ingest.Intercept = ++refused < 2 ? System.Ingest.Intercept : null;
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 413;
        };

        var run = await RunAsync("import", Folder, "--parallel", "1");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal([1, 1, 2], System.Ingest.Uploads);
    }

    [Fact]
    public async Task Urls_AreFetchedByTheServer_AndFollowed()
    {
        using var process = Start("import", "https://example.org/a.png", "https://example.org/b.png", "--tag", "web");
        await Eventually.BecomesTrue(() => System.Ingest.Imports.Count == 1, cancellationToken: Token);
        System.Ingest.Imports.AddOrUpdate("import1", _ => null!, (_, import) => import with
        {
            Accepted = 1,
            Rejected = 1,
            Done = true,
            Problems = [new("https://example.org/b.png", "It answered with status 404.")],
        });

        var run = await process.EndAsync();

        Assert.True(run.ExitCode == 3, run.ToString());
        Assert.StartsWith("2 pictures: 1 new, 0 known already, 1 rejected, in ", run.Output, StringComparison.Ordinal);
        Assert.Contains("https://example.org/b.png: It answered with status 404.", run.Error, StringComparison.Ordinal);
        Assert.Equal(["web"], System.Ingest.Imports["import1"].Tags);
    }

    [Fact]
    public async Task ServerSideImport_IsLeftToItself_Listed_AndCancelled()
    {
        var detached = await RunAsync("import", "https://example.org/a.png", "--detach");
        var list = await RunAsync("imports");
        var cancelled = await RunAsync("imports", "cancel", "import1");
        var shown = await JsonAsync("imports", "show", "import1");

        Assert.Equal("import1\n", detached.Output);
        Assert.StartsWith("import1\t", list.Lines[1], StringComparison.Ordinal);
        Assert.True(cancelled.ExitCode == 0, cancelled.ToString());
        Assert.Equal("cancelled", (string?)shown["state"]);
    }

    [Theory]
    [InlineData("There is no folder or file", "import", "no-such-folder")]
    [InlineData("--batch from 1 to 1000", "import", ".", "--batch", "0")]
    [InlineData("files and folders, or URLs", "import", ".", "https://example.org/a.png")]
    public async Task CommandThatMakesNoSense_IsRefused(string sentence, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.True(run.ExitCode == 2, run.ToString());
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }
}
