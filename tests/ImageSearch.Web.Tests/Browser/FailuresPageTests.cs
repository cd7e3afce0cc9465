using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

public sealed class FailuresPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Damaged = "The file ends early: it is damaged.";
    private const string Large = "It has <b>too many</b> pixels.";

    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 5).Select(seed => GeneratedPicture.Png(seed, 64, 48))];

    private ILocator Rows => Page.Locator(".failure");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var (picture, i) in _pictures.Select((picture, i) => (picture, i)))
        {
            await System.AddAsync(picture, $"picture {i}.png", indexed: false);
        }

        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [.. Enumerable.Range(0, 3).Select(i => new ExtractionFailure(Id(i), 3, Damaged))], Token);
        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(Id(3), 1, Large)], Token);
        await System.Store.PutFailuresAsync(WebSystem.Other.Key, [new ExtractionFailure(Id(3), 5, Large)], Token);
    }

    [Fact]
    public async Task Failures_ShowReasonAttemptsAndPreview()
    {
        await Page.GotoAsync("/failures");

        await Expect(Page.Locator("#list-title")).ToHaveTextAsync("5 failures");
        await Expect(Page.Locator(".reason-text")).ToHaveTextAsync([Damaged, Large]);
        await Expect(Page.Locator(".reason-count")).ToContainTextAsync(["3", "2"]);
        var row = Rows.Filter(new LocatorFilterOptions { HasText = "picture 3.png" }).Filter(new LocatorFilterOptions { HasText = "other 7" });
        await Expect(row).ToContainTextAsync(Large);
        await Expect(row).ToContainTextAsync("5 attempts");
        Assert.True(await row.Locator("img").EvaluateAsync<bool>("image => image.decode().then(() => image.naturalWidth > 0)"));
    }

    [Fact]
    public async Task Reason_AndModel_AreFilters()
    {
        await Page.GotoAsync("/failures");

        await Page.ClickAsync($".reasons >> text={Damaged}");
        await Expect(Rows).ToHaveCountAsync(3);
        await Expect(Page.Locator(".reasons [aria-current]")).ToContainTextAsync(Damaged);
        await Page.ClickAsync("text=All reasons");
        await Expect(Rows).ToHaveCountAsync(5);
        await Page.ClickAsync(".tabs >> text=other");
        await Expect(Rows).ToHaveCountAsync(1);
        Assert.EndsWith("/failures?model=other", Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_OfOne_QueuesItAgain()
    {
        await Page.GotoAsync("/failures");

        await Page.ClickAsync("[aria-label='Retry picture 0.png in layout']");

        await Expect(Rows).ToHaveCountAsync(4);
        await Expect(Status).ToHaveTextAsync("1 failure tried again.");
        await Expect(Page.Locator("#list-title")).ToHaveTextAsync("4 failures");
        Assert.Equal(1, (await System.Queue.CountAsync("layout", Token)).Waiting);
    }

    [Fact]
    public async Task Retry_OfAllWithAReason_QueuesThose()
    {
        await Page.GotoAsync($"/failures?reason={Uri.EscapeDataString(Damaged)}");

        await Page.ClickAsync("text=Retry all 3");

        await Expect(Page).ToHaveURLAsync("/failures?done=retried-3");
        await Expect(Rows).ToHaveCountAsync(2);
        await Expect(Status).ToHaveTextAsync("3 failures tried again.");
        Assert.Equal(3, (await System.Queue.CountAsync("layout", Token)).Waiting);
        Assert.Equal(0, (await System.Queue.CountAsync("other", Token)).Waiting);
    }

    [Fact]
    public async Task Discard_OfTheSelected_AsksThenDeletesThePictures()
    {
        await Page.GotoAsync("/failures?model=layout");
        await Page.CheckAsync("[aria-label='Select picture 3.png in layout']");
        await Page.CheckAsync("[aria-label='Select picture 0.png in layout']");
        await Page.ClickAsync("#discard-selected");
        await HasFocusAsync(Page.Locator("#confirm >> text=Keep"));
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Rows).ToHaveCountAsync(4);

        await Page.Keyboard.PressAsync("Delete");
        await Page.ClickAsync("#confirm-button");

        await Expect(Rows).ToHaveCountAsync(2);
        await Expect(Status).ToHaveTextAsync("2 pictures discarded.");
        Assert.Equal(3, await System.Store.CountAsync(Token));
        Assert.Null(await System.Store.FindAsync(Id(3), Token));
    }

    [Fact]
    public async Task Discard_OfAll_LeavesNothingFailed()
    {
        await Page.GotoAsync("/failures");

        await Page.ClickAsync("text=Discard all 5");
        await Expect(Page.Locator("#confirm")).ToContainTextAsync("Discard all 5 failures?");
        await Page.ClickAsync("#confirm-button");

        await Expect(Page.Locator(".empty")).ToContainTextAsync("Nothing has failed");
        Assert.Equal(1, await System.Store.CountAsync(Token));
    }

    [Fact]
    public async Task Picture_WithoutPreview_HasAPlaceholder()
    {
        Expected.Add("404");
        await System.Store.AddAsync(Samples.Image(1), Token);
        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(Samples.Id(1), 3, "Its bytes are gone.")], Token);
        await Page.GotoAsync($"/failures?reason={Uri.EscapeDataString("Its bytes are gone.")}");

        await Expect(Rows.Locator(".placeholder")).ToBeVisibleAsync();
        await Expect(Rows.Locator("img")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Server_Refuses_SaysWhyAndKeepsThem()
    {
        Expected.Add("503");
        await Page.GotoAsync("/failures");
        System.StoreIsAway = true;

        await Page.ClickAsync("[aria-label='Retry picture 0.png in layout']");

        await Expect(Problem).ToBeVisibleAsync();
        System.StoreIsAway = false;
        await Page.ReloadAsync();
        await Expect(Rows).ToHaveCountAsync(5);
    }

    private ImageId Id(int picture) => ImageId.Of(_pictures[picture]);
}
