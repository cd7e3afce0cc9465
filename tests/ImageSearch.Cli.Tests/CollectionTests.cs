using ImageSearch.Cli.Tests.Support;
using ImageSearch.Core.Store;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Cli.Tests;

public sealed class CollectionTests : CliTest
{
    [Fact]
    public async Task Pictures_AreListed_Shown_Tagged_AndDeleted()
    {
        await AddAsync(1, "cat.png", "old");
        await AddAsync(2, "dog.png");
        await AddAsync(3, "car.png");

        var tagged = await RunAsync("tag", IdOf(1), IdOf(2), new string('0', 64), "--add", "pets", "--remove", "old");
        var list = await RunAsync("list", "--tag", "pets");
        var shown = await RunAsync("show", IdOf(1));
        var deleted = await RunAsync(["delete", "-", "--yes"], [], list.Output);
        var left = await JsonAsync("list");

        Assert.Equal("Changed 2 pictures. 1 id is of no picture.\n", tagged.Output);
        Assert.Equal(new[] { IdOf(1), IdOf(2) }.Order(), list.Lines.Skip(1).Select(line => line.Split('\t')[0]).Order());
        Assert.True(shown.ExitCode == 0, shown.ToString());
        Assert.Contains("layout\t1\tindexed\t", shown.Output, StringComparison.Ordinal);
        Assert.Equal("Deleted 2 pictures.\n", deleted.Output);
        Assert.Equal("car.png", (string?)Assert.Single(left["images"]!.AsArray())!["source"]);
    }

    [Fact]
    public async Task Deleting_IsNotDoneUnasked()
    {
        await AddAsync(1, "cat.png");

        var run = await RunAsync("delete", IdOf(1));

        Assert.True(run.ExitCode == 2, run.ToString());
        Assert.Equal("Delete 1 picture for good? Nobody is here to ask: say --yes.\n", run.Error);
        Assert.Single((await JsonAsync("list"))["images"]!.AsArray());
    }

    [Fact]
    public async Task Failures_AreListed_Retried_AndDiscarded()
    {
        foreach (var seed in new[] { 1, 2, 3 })
        {
            await System.AddAsync(GeneratedPicture.Png(seed, 32, 32), $"{seed}.png", indexed: false);
            await System.Store.PutFailuresAsync(
                WebSystem.Layout.Key, [new ExtractionFailure(ImageId.Parse(IdOf(seed), null), 3, seed == 1 ? "It is truncated." : "It is too large.")], Token);
        }

        var list = await RunAsync("failures", "--model", "layout");
        var retried = await RunAsync("retry", IdOf(1));
        var unclear = await RunAsync("retry");
        var discarded = await RunAsync("discard", "--reason", "It is too large.", "--yes");
        var left = await JsonAsync("list");

        Assert.Equal(4, list.Lines.Length);
        Assert.Contains("2: It is too large.", list.Error, StringComparison.Ordinal);
        Assert.Equal("Retrying 1.\n", retried.Output);
        Assert.Equal((2, "Say which: ids, --model, --reason, or --all by itself.\n"), (unclear.ExitCode, unclear.Error));
        Assert.Equal("Discarded 2 pictures.\n", discarded.Output);
        Assert.Equal("1.png", (string?)Assert.Single(left["images"]!.AsArray())!["source"]);
    }

    [Fact]
    public async Task Status_ShowsModelsAndIndexServers()
    {
        await AddAsync(1, "cat.png");

        var run = await RunAsync("status");
        var status = await JsonAsync("status");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.StartsWith("MODEL\tVERSION\t", run.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("layout\t1\t1\t", run.Lines[1], StringComparison.Ordinal);
        Assert.Contains(run.Lines, line => line.StartsWith("layout\t1\t", StringComparison.Ordinal) && line.Contains("\tready\t", StringComparison.Ordinal));
        Assert.Equal("layout", (string?)status["models"]![0]!["name"]);
    }
}
