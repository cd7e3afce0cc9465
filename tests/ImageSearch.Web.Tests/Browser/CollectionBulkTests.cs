using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>Many pictures of the collection at once.</summary>
public sealed class CollectionBulkTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const int Count = 8;

    private readonly byte[][] _pictures = [.. Enumerable.Range(0, Count).Select(seed => GeneratedPicture.Png(seed, 64, 48))];

    private ILocator Cards => Page.Locator(".gallery .tile:not([hidden])");

    private ILocator Boxes => Page.Locator("[data-select]");

    private ILocator Selected => Page.Locator("#selected-count");

    private ILocator Toast => Page.Locator("#toast");

    /// <summary>Says that pictures are deleted, which can still be undone.</summary>
    private ILocator Deferred => Page.Locator("#deferred");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < Count; i++)
        {
            await System.AddAsync(_pictures[i], $"picture {i}.png", indexed: true, i % 2 == 0 ? ["even"] : []);
        }

        await Page.GotoAsync("/collection");
    }

    [Fact]
    public async Task Select_WithShift_TakesAllUpToThere()
    {
        await Expect(Page.Locator("#selecting")).ToBeHiddenAsync();
        await Boxes.Nth(1).ClickAsync();
        await Boxes.Nth(4).ClickAsync(new LocatorClickOptions { Modifiers = [KeyboardModifier.Shift] });

        await Expect(Selected).ToHaveTextAsync("4");
        await Expect(Status).ToHaveTextAsync("4 selected");
        await Boxes.Nth(2).ClickAsync();
        await Expect(Selected).ToHaveTextAsync("3");
        await Page.ClickAsync("[data-select-all=true]");
        await Expect(Selected).ToHaveTextAsync($"{Count}");
        await Page.ClickAsync("[data-select-all=false]");
        await Expect(Page.Locator("#selecting")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Select_ByKeyboard()
    {
        await Boxes.First.FocusAsync();

        await Page.Keyboard.PressAsync("Space");
        await Page.Keyboard.PressAsync("Shift+ArrowRight");
        await Page.Keyboard.PressAsync("Shift+ArrowRight");
        await Expect(Selected).ToHaveTextAsync("3");
        await HasFocusAsync(Boxes.Nth(2));
        await Page.Keyboard.PressAsync("ArrowLeft");
        await HasFocusAsync(Boxes.Nth(1));
        await Page.Keyboard.PressAsync("Control+a");
        await Expect(Selected).ToHaveTextAsync($"{Count}");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#selecting")).ToBeHiddenAsync();

        await Cards.First.Locator("a").First.FocusAsync();
        await Page.Keyboard.PressAsync("x");
        await Expect(Selected).ToHaveTextAsync("1");
        await Page.Keyboard.PressAsync("ArrowRight");
        await HasFocusAsync(Cards.Nth(1).Locator("a").First);
    }

    [Fact]
    public async Task Delete_Undone_DeletesNothing()
    {
        await Boxes.Nth(0).ClickAsync();
        await Boxes.Nth(1).ClickAsync();
        await Page.ClickAsync("#selecting [name=delete]");
        await Expect(Page.Locator("#confirm")).ToContainTextAsync("Delete 2 pictures?");
        await HasFocusAsync(Page.Locator("text=Keep them"));
        await Page.ClickAsync("#confirm-button");

        await Expect(Cards).ToHaveCountAsync(Count - 2);
        await Expect(Deferred).ToContainTextAsync("2 pictures deleted.");
        await Page.ClickAsync("#deferred-undo");

        await Expect(Cards).ToHaveCountAsync(Count);
        await Expect(Deferred).ToBeHiddenAsync();
        await Expect(Status).ToHaveTextAsync("Nothing was deleted.");
        Assert.Equal(Count, await System.Store.CountAsync(Token));
    }

    [Fact]
    public async Task Delete_NotUndone_DeletesThose()
    {
        await Boxes.Nth(0).ClickAsync();
        await Boxes.Nth(2).ClickAsync(new LocatorClickOptions { Modifiers = [KeyboardModifier.Shift] });
        await Page.Keyboard.PressAsync("Delete");
        await Page.ClickAsync("#confirm-button");
        await Expect(Cards).ToHaveCountAsync(Count - 3);
        Assert.Equal(Count, await System.Store.CountAsync(Token));

        await Page.ClickAsync("#deferred-now");

        await Eventually.BecomesTrue(async () => await System.Store.CountAsync(Token) == Count - 3, cancellationToken: Token);
        Assert.Null(await System.Store.FindAsync(ImageId.Of(_pictures[Count - 1]), Token));
        Assert.NotNull(await System.Store.FindAsync(ImageId.Of(_pictures[0]), Token));
    }

    [Fact]
    public async Task Delete_AndLeave_DeletesThose()
    {
        await Boxes.First.ClickAsync();
        await Page.ClickAsync("#selecting [name=delete]");
        await Page.ClickAsync("#confirm-button");
        await Expect(Cards).ToHaveCountAsync(Count - 1);

        await Page.ClickAsync(".tabs >> text=Searchable"); // another list, in place
        await Eventually.BecomesTrue(async () => await System.Store.CountAsync(Token) == Count - 1, cancellationToken: Token);
        Assert.Null(await System.Store.FindAsync(ImageId.Of(_pictures[Count - 1]), Token));

        await Page.ReloadAsync();
        await Boxes.First.ClickAsync();
        await Page.ClickAsync("#selecting [name=delete]");
        await Page.ClickAsync("#confirm-button");
        await Expect(Cards).ToHaveCountAsync(Count - 2);
        await Page.GotoAsync("/docs");

        await Eventually.BecomesTrue(async () => await System.Store.CountAsync(Token) == Count - 2, cancellationToken: Token);
    }

    [Fact]
    public async Task Delete_ServerRefuses_SaysSoAndKeepsThem()
    {
        Expected.Add("503");
        await Boxes.First.ClickAsync();
        await Page.ClickAsync("#selecting [name=delete]");
        await Page.ClickAsync("#confirm-button");
        System.StoreIsAway = true;

        await Page.ClickAsync("#deferred-now");

        await Expect(Problem).ToBeVisibleAsync();
        System.StoreIsAway = false;
        await Page.ReloadAsync();
        await Expect(Cards).ToHaveCountAsync(Count);
    }

    [Fact]
    public async Task Tags_AreAddedAndTakenAway_AndUndoneExactly()
    {
        await Boxes.Nth(0).ClickAsync();
        await Boxes.Nth(1).ClickAsync();
        await Page.ClickAsync("[data-tags]");
        await Expect(Page.Locator("#bulk-remove-list label")).ToHaveTextAsync(["#even (on 1)"]);
        await Page.FillAsync("#bulk-add", " new, shiny");
        await Page.CheckAsync("#bulk-remove-list input");
        await Page.ClickAsync("text=Change tags");

        await Expect(Toast).ToContainTextAsync("Tags of 2 pictures changed.");
        await Expect(Cards.Nth(0).Locator(".chip")).ToHaveTextAsync(["#new", "#shiny"]);
        Assert.Equal(["new", "shiny"], await TagsAsync(Count - 1));
        Assert.Equal(["new", "shiny"], await TagsAsync(Count - 2));

        await Page.ClickAsync("#toast-undo");

        await Expect(Status).ToHaveTextAsync("The tags are as they were.");
        Assert.Empty(await TagsAsync(Count - 1));
        Assert.Equal(["even"], await TagsAsync(Count - 2));
        await Expect(Cards.Nth(1).Locator(".chip")).ToHaveTextAsync(["#even"]);
    }

    [Fact]
    public async Task Tags_EnterInTheField_Changes()
    {
        await Boxes.Nth(0).ClickAsync();
        await Page.ClickAsync("[data-tags]");
        await Page.FillAsync("#bulk-add", "quick");

        await Page.Keyboard.PressAsync("Enter");

        await Expect(Cards.First.Locator(".chip")).ToHaveTextAsync(["#quick"]);
    }

    [Fact]
    public async Task Filter_IsInTheAddress()
    {
        await Page.FillAsync("[name=tag]", "even");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Cards).ToHaveCountAsync(Count / 2);
        Assert.EndsWith("/collection?tag=even", Page.Url, StringComparison.Ordinal);

        await System.Store.PutFailuresAsync(new("other", "8"), [new ExtractionFailure(ImageId.Of(_pictures[0]), 1, "older version")], Token);
        await Page.SelectOptionAsync("[name=model]", "other");
        await Expect(Page).ToHaveURLAsync("/collection?tag=even&model=other");
        await Page.ClickAsync(".tabs >> text=Failed");
        await Expect(Page).ToHaveURLAsync("/collection?state=failed&tag=even&model=other");
        await Expect(Page.Locator(".empty")).ToContainTextAsync("No picture has failed.");
        await Page.GoBackAsync();
        await Expect(Cards).ToHaveCountAsync(Count / 2);
    }

    private async Task<IReadOnlyList<string>> TagsAsync(int picture) => (await System.Store.FindAsync(ImageId.Of(_pictures[picture]), Token))!.Tags;
}
