using ImageSearch.Core.Store;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>What a score means: copies, what is alike, what is below the cut-off; near-duplicates in one tile.</summary>
public sealed class CutOffTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    // As SqueezeNet's are among photographs: the cut-off is about 0.6, the same picture above 0.7.
    private static readonly ScoreStats Scores = new(4950, 0.296, 0.094, new ScoreQuantiles(0.288, 0.421, 0.548, 0.64, 0.71));

    private readonly byte[] _query = GeneratedPicture.Png(0, 64, 48);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var shard in System.Shards)
        {
            shard.Scores = Scores;
        }

        await AddAsync(_query, "the same file.png", 1, 0);
        await AddAsync(Copy("Q=90"), "copy.png", 0.97f, 1);
        await AddAsync(Copy("Q=60"), "copy of the copy.png", 0.97f, 1);
        await AddAsync(GeneratedPicture.Png(3, 64, 48), "like it.png", 0.63f, 2);
        for (var i = 4; i < 40; i++)
        {
            await AddAsync(GeneratedPicture.Png(i, 64, 48), $"other {i}.png", -0.3f - (i / 400f), 2 + i);
        }
    }

    [Fact]
    public async Task Results_SayWhatTheyAre_AndALineShowsWhereTheCutOffIs()
    {
        var below = await BelowAsync(await Http.PostAsync("/api/v1/search?k=48&group=true", Form(_query), Token));
        System.Extractor.Bodies.Clear();
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_query, "mine.png"));

        await Expect(Visible).ToHaveCountAsync(2 + below);
        await Expect(Page.Locator(".match").First).ToHaveTextAsync("Identical");
        await Expect(Page.Locator(".cut-off")).ToHaveTextAsync("Less alike from here on");
        await Expect(Page.Locator(".cut-off ~ .tile")).ToHaveCountAsync(below);
        // The file, two copies that are folded into it, and one that is like it.
        await Expect(Page.Locator("#results h2")).ToHaveTextAsync("4 similar pictures, 2 shown");
        await Expect(Status).ToContainTextAsync("4 similar pictures found in");
        await Expect(Status).ToContainTextAsync($", {below} less alike");
        Assert.Single(System.Extractor.Bodies);
    }

    [Fact]
    public async Task NearDuplicates_AreOneTile_AndOpenInPlace()
    {
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_query, "mine.png"));
        var button = Page.Locator(".results-list .tile:has(~ .cut-off) .copies");
        await Expect(button).ToHaveCountAsync(1);
        await Expect(button).ToHaveTextAsync("+2");

        await button.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");

        await Expect(button).ToHaveAttributeAsync("aria-expanded", "true");
        Assert.Equal(["copy of the copy.png", "copy.png"], (await Page.Locator(".tile.copy .tile-name").AllInnerTextsAsync()).Order(StringComparer.Ordinal));
        await Expect(Status).ToHaveTextAsync("2 near-duplicates are shown.");
        await Page.Keyboard.PressAsync("ArrowRight");
        await HasFocusAsync(Page.Locator(".tile.copy .tile-picture").First);

        await button.ClickAsync();
        await Expect(Page.Locator(".tile.copy")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task PictureUnlikeAllOthers_SaysSo_AndShowsTheNearest()
    {
        var lonely = GeneratedPicture.Png(50, 64, 48);
        await AddAsync(lonely, "lonely.png", -1, 9);
        await Page.GotoAsync($"/?image={ImageId.Of(lonely)}");

        await Expect(Page.Locator("#results h2")).ToHaveTextAsync("No picture is much like this");
        await Expect(Page.Locator(".cut-off")).ToBeVisibleAsync();
        Assert.NotEqual(0, await Visible.CountAsync());

        await Page.GotoAsync($"/?image={ImageId.Of(_query)}");
        var below = await BelowAsync(await Http.GetAsync($"/api/v1/images/{ImageId.Of(_query)}/similar?k=48&group=true", Token));
        await Expect(Visible).ToHaveCountAsync(2 + below);
    }

    [Fact]
    public async Task LineComesWithTheLaterPageThatReachesTheCutOff()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_query)}&k=1");

        // Each page has one tile: the copies, folded, then what is like them; the line comes with the third, and only once.
        await Expect(Page.Locator(".cut-off ~ .tile").Nth(3)).ToBeAttachedAsync();
        await Expect(Page.Locator(".cut-off")).ToHaveCountAsync(1);
        await Expect(Page.Locator("#results h2")).ToHaveTextAsync("3 similar pictures, 2 shown");
    }

    private Microsoft.Playwright.ILocator Visible => Page.Locator("#results .tile:visible");

    // How many groups the others make is the API's to say; all of them are below the cut-off.
    private static async Task<int> BelowAsync(HttpResponseMessage response)
    {
        var answer = await JsonAsync(response);
        var matches = answer["results"]!.AsArray().Select(result => (string?)result!["match"]).ToList();
        Assert.Equal(2, matches.Count(match => match != "unrelated"));
        return matches.Count - 2;
    }

    private static byte[] Copy(string quality) => PictureEncoder.Encode(GeneratedPicture.Pixels(0, 64, 48), 64, 48, 3, "jpegsave_buffer", quality);

    /// <summary>A picture whose vector has this cosine to the query's, in a direction of its own.</summary>
    private async Task AddAsync(byte[] content, string name, float cosine, int direction)
    {
        await System.AddAsync(content, name, indexed: false); // a vector that is there stays
        var (id, query) = (ImageId.Of(content), FakeExtractor.Embed(_query, WebSystem.Layout.Dimension));
        var aside = FakeExtractor.Embed([(byte)direction], query.Length).Select((value, i) => i == direction % query.Length ? value + 2 : value).ToArray();
        var along = aside.Zip(query, (a, b) => a * b).Sum();
        aside = [.. aside.Select((value, i) => value - (along * query[i]))];
        var length = MathF.Sqrt(aside.Sum(value => value * value));
        var vector = query.Select((value, i) => (cosine * value) + (MathF.Sqrt(1 - (cosine * cosine)) * aside[i] / length)).ToArray();
        await System.Store.PutVectorsAsync(WebSystem.Layout.Key, [new ImageVector(id, vector, 1, []) { Fingerprint = FakeExtractor.Fingerprint(content) }], Token);
        System.Shards[id.Bucket % 2].Vectors[id] = (vector, []);
    }
}
