using ImageSearch.Core.Store;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

public sealed class SystemPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    protected override (string Key, string? Value)[] Settings =>
        [("System:Interval", "00:00:00.200"), ("System:History", "00:00:20"), ("System:Timeout", "00:00:00.500")];

    [Fact]
    public async Task System_ShowsModelsShardsAndQueues()
    {
        await System.AddAsync(GeneratedPicture.Png(0, 32, 32), "0.png");
        await System.AddAsync(GeneratedPicture.Png(1, 32, 32), "1.png", indexed: false);

        await Page.GotoAsync("/system");

        var model = Page.Locator(".model").First;
        await Expect(model.Locator("h2")).ToContainTextAsync("layout version 1");
        await Expect(model.Locator(".coverage")).ToContainTextAsync("50 % embedded: 1 of 2 pictures");
        await Expect(model.Locator(".shards > li")).ToHaveCountAsync(2);
        await Expect(model.Locator(".replicas .badge")).ToHaveTextAsync(["ready", "ready"]);
        await Expect(model.Locator(".replicas code").First).ToHaveTextAsync(System.Shards[0].Address);
        await Expect(Page.Locator("svg[role=img]")).ToHaveCountAsync(4);
        await Expect(Page.Locator(".notice.good")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task System_RefreshesByItself_UntilPaused()
    {
        await Page.GotoAsync("/system");
        await Expect(Page.Locator(".coverage").First).ToContainTextAsync("0 of 0 pictures");

        await System.AddAsync(GeneratedPicture.Png(0, 32, 32), "0.png");
        await Expect(Page.Locator(".coverage").First).ToContainTextAsync("1 of 1 picture");

        await Page.ClickAsync("text=Pause");
        await Expect(Page.Locator("#refreshing")).ToBeHiddenAsync();
        var at = await Page.Locator("#as-of time").GetAttributeAsync("datetime");
        await Expect(Page.Locator("#pause")).ToHaveAttributeAsync("aria-pressed", "true");
        await Page.ClickAsync("text=Pause");
        await Expect(Page.Locator("#as-of time")).Not.ToHaveAttributeAsync("datetime", at!);
    }

    [Fact]
    public async Task WhatIsWrong_IsSaidFirst()
    {
        var picture = GeneratedPicture.Png(0, 32, 32);
        await System.AddAsync(picture, "0.png", indexed: false);
        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(ImageId.Of(picture), 3, "broken")], Token);
        System.Shards[1].Fail(500);

        await Page.GotoAsync("/system");

        await Expect(Page.Locator(".attention li").First).ToContainTextAsync("Error: No index server of shard 1 of layout answers");
        await Expect(Page.Locator(".attention li").Nth(1)).ToContainTextAsync("1 picture failed in layout.");
        await Expect(Page.Locator(".replica-error")).ToHaveTextAsync("answered with status 500");
        await Expect(Page.Locator(".attention a")).ToHaveAttributeAsync("href", "/failures?model=layout");

        System.Shards[1].Intercept = null;
        await Expect(Page.Locator(".attention li")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task ExtractorIsAway_IsSaidFirst_ThoughNothingWaits()
    {
        System.Extractor.Fail(500);

        await Page.GotoAsync("/system");

        await Expect(Page.Locator(".attention li").First).ToContainTextAsync("Error: No extractor of layout answers");
        await Expect(Page.Locator(".model").First.Locator(".counts")).ToContainTextAsync("0 of 1");

        System.Extractor.Intercept = null;
        await Expect(Page.Locator(".notice.good")).ToBeVisibleAsync();
        await Expect(Page.Locator(".model").First.Locator(".counts")).ToContainTextAsync("1 of 1");
    }

    [Fact]
    public async Task Plot_UnderThePointer_TellsTheValue()
    {
        var picture = GeneratedPicture.Png(0, 32, 32);
        await System.AddAsync(picture, "0.png");
        (await Http.PostAsync("/api/v1/search", Form(picture), Token)).EnsureSuccessStatusCode();
        await Page.GotoAsync("/system");
        await Expect(Page.Locator("[data-plot] svg").Nth(1)).ToHaveAttributeAsync("aria-label", new global::System.Text.RegularExpressions.Regex("Search latency since .* ago: median now"));
        await Page.ClickAsync("text=Pause");

        await Page.Locator("[data-plot] svg").First.HoverAsync();

        await Expect(Page.Locator("[data-readout]").First).ToContainTextAsync("s ago:");
        await Page.Locator("h1").HoverAsync();
        await Expect(Page.Locator("[data-readout]").First).ToHaveTextAsync("20 s ago");
    }

    [Fact]
    public async Task Server_DoesNotAnswer_SaysSoAndKeepsWhatItShows()
    {
        Expected.Add("503");
        await Page.GotoAsync("/system");
        await Page.RouteAsync("**/system", route => route.FulfillAsync(new() { Status = 503 }));

        await Expect(Page.Locator("#stale")).ToContainTextAsync("The server does not answer.");
        await Expect(Page.Locator(".model")).ToHaveCountAsync(2);

        await Page.UnrouteAsync("**/system");
        await Expect(Page.Locator("#stale")).ToBeHiddenAsync();
    }
}
