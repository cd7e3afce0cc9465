using ImageSearch.Cli.Tests.Support;

namespace ImageSearch.Cli.Tests;

public sealed class SearchTests : CliTest
{
    protected override (string Key, string? Value)[] Settings => [.. base.Settings, ("Models:0:Words", "true")];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await AddAsync(1, "cat.png", "pets");
        await AddAsync(2, "bad\u001b[31mname\u202e.png", "pets");
        await AddAsync(3, "car.png");
    }

    [Fact]
    public async Task File_IsSearchedBy_AndTheResultIsATableWithTabs()
    {
        var run = await RunAsync("search", WritePicture(1, "query.png"), "-k", "2");

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(3, run.Lines.Length);
        Assert.StartsWith("ID\tSCORE\t", run.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{IdOf(1)}\t1.0000\t", run.Lines[1], StringComparison.Ordinal);
        Assert.Contains("\tcat.png\tpets\t", run.Lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Names_DoNotCommandTheTerminal()
    {
        var run = await RunAsync("search", IdOf(2));

        Assert.Contains("bad\uFFFD[31mname\uFFFD.png", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain('\u202e', run.Output);
    }

    [Fact]
    public async Task Json_IsTheAnswer()
    {
        var answer = await JsonAsync("search", IdOf(1), "--model", "other", "--tag", "pets", "--crop", "0,0,1,1", "--min-score", "-1");

        Assert.Equal("other", (string?)answer["model"]);
        Assert.Equal(2, answer["results"]!.AsArray().Count);
        Assert.All(answer["results"]!.AsArray(), result => Assert.Equal("pets", (string?)result!["tags"]![0]));
    }

    [Fact]
    public async Task Url_IsFetchedByTheServer()
    {
        System.Ingest.Pages["https://example.org/cat.png"] = await File.ReadAllBytesAsync(WritePicture(1, "cat.png"), Token);

        var run = await RunAsync("search", "https://example.org/cat.png", "-k", "1");

        Assert.StartsWith(IdOf(1), run.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShardThatIsAway_IsTold()
    {
        System.Shards[0].Fail(500);

        var run = await RunAsync("search", IdOf(1));

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("By layout 1.\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("Shard 0 answered with status 500: pictures may be missing.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_AloneAndBesideAPicture_AreSearchedBy()
    {
        var alone = await JsonAsync("search", "--text", "a red car");
        var beside = await JsonAsync("search", IdOf(1), "--text", "a red car", "--unlike", IdOf(2));
        var other = await RunAsync("search", "--text", "a red car", "--model", "other");

        Assert.Contains(IdOf(1), alone["results"]!.AsArray().Select(result => (string)result!["id"]!));
        Assert.DoesNotContain(beside["results"]!.AsArray().Select(result => (string)result!["id"]!), id => id == IdOf(1) || id == IdOf(2));
        Assert.NotEmpty(beside["results"]!.AsArray());
        Assert.StartsWith("The model cannot be searched by words. These can: layout.", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no file 'no-such-file.jpg', and it is neither a URL nor the id of a picture.", "search", "no-such-file.jpg")]
    [InlineData("Say what to search by", "search")]
    [InlineData("A URL cannot be combined with --text", "search", "https://example.org/cat.png", "--text", "dog")]
    [InlineData("A crop is x,y,w,h", "search", "https://example.org/cat.png", "--crop", "0,0,2,2")]
    [InlineData("See: imagesearch search --help", "search", "a", "--no-such-option")]
    [InlineData("There is no command 'no-such-command'. See: imagesearch --help", "no-such-command")]
    [InlineData("Must be one of: 'read' 'write' 'admin'. See: imagesearch keys create --help", "keys", "create", "me", "--scope", "root")]
    [InlineData("Cannot parse argument 'many' for option '-k'. See: imagesearch search --help", "search", "a", "-k", "many")]
    [InlineData("Option '--scope' is required. See: imagesearch keys create --help", "keys", "create", "me")]
    [InlineData("A picture's id is 64 hexadecimal digits", "search", "--like", "abc")]
    public async Task CommandThatMakesNoSense_IsRefused(string sentence, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.True(run.ExitCode == 2, run.ToString());
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task ServersRefusal_IsOneSentence()
    {
        var run = await RunAsync("search", IdOf(1), "--model", "nobody");

        Assert.True(run.ExitCode == 1, run.ToString());
        Assert.StartsWith("There is no such model. Name one of: layout, other", run.Error, StringComparison.Ordinal);
    }
}
