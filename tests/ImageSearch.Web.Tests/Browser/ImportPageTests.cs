using ImageSearch.Core.Images;
using ImageSearch.Core.Imports;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

public sealed class ImportPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Fact]
    public async Task ManyFiles_AreSentInPiecesAndCountedUntilSearchable()
    {
        Expected.Add("400");
        System.Ingest.Accept = async (content, name, tags) =>
        {
            var added = await System.AddAsync(content, name, indexed: name != "slow.png", tags);
            return added && name != "known.png";
        };
        var slow = GeneratedPicture.Png(900, 32, 32);
        await Page.GotoAsync("/import");
        await Page.FillAsync("#tags", "new, shiny ");

        await Page.SetInputFilesAsync("#files",
        [
            .. Enumerable.Range(0, 42).Select(seed => Payload(GeneratedPicture.Png(seed, 32, 32), $"picture {seed}.png")),
            Payload(slow, "slow.png"),
            Payload(GeneratedPicture.Png(901, 32, 32), "known.png"),
            Payload("no picture at all"u8.ToArray(), "text.png"),
        ]);

        await Expect(Page.Locator("#accepted")).ToHaveTextAsync("43");
        await Expect(Page.Locator("#duplicate")).ToHaveTextAsync("1");
        await Expect(Page.Locator("#rejected")).ToHaveTextAsync("1");
        await Expect(Page.Locator("#rejection-list")).ToContainTextAsync("text.png: ");
        await Expect(Page.Locator("#indexed")).ToHaveTextAsync("43");
        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("All sent. 43 of 44 are searchable");
        Assert.Equal([20, 20, 5], System.Ingest.Uploads);
        Assert.Equal(["new", "shiny"], (await System.Store.FindAsync(ImageId.Of(slow), Token))!.Tags);

        await System.AddAsync(slow, "slow.png");
        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("Done: 44 of 45 pictures are searchable.");
        await Expect(Page.Locator("#upload-done")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Drop_OnThePage_Adds()
    {
        await Page.GotoAsync("/import");

        await GiveAsync("drop", GeneratedPicture.Png(1, 32, 32), "dropped.png");

        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("Done: 1 of 1 pictures are searchable.");
    }

    [Fact]
    public async Task AllRejected_EveryReasonIsShown()
    {
        Expected.Add("400");
        await Page.GotoAsync("/import");

        await Page.SetInputFilesAsync("#files", [Payload("one"u8.ToArray(), "one.png"), Payload("two"u8.ToArray(), "two.png")]);

        await Expect(Page.Locator("#rejection-list li")).ToHaveCountAsync(2);
        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("Done: 0 of 2 pictures are searchable.");
    }

    [Fact]
    public async Task IngestIsDown_TheFilesAreReportedAsNotAdded()
    {
        Expected.Add("503");
        Expected.Add("500");
        System.Ingest.Fail(500);
        await Page.GotoAsync("/import");

        await Page.SetInputFilesAsync("#files", Payload(GeneratedPicture.Png(1, 32, 32), "lost.png"));

        await Expect(Page.Locator("#rejection-list")).ToContainTextAsync("lost.png: The server did not answer");
    }

    [Fact]
    public async Task ImportOfUrls_ShowsItsProgressAndItsProblems()
    {
        await Page.GotoAsync("/import");
        await Page.FillAsync("#urls", "https://example.org/a.png\nhttps://example.org/b.png\n");

        await Page.ClickAsync("#url-form button");

        var import = Page.Locator(".import");
        await Expect(import).ToContainTextAsync("2 addresses");
        await Expect(import.Locator(".import-status")).ToContainTextAsync("Importing: 0 of 2");
        System.Ingest.Imports["import1"] = new(
            "import1", 2, 1, 0, 1, true, [new ImportProblem("https://example.org/b.png", "The address answered with status 404.")]);
        await Expect(import.Locator(".import-status")).ToHaveTextAsync("Done: 2 of 2, 1 new, 0 known already, 1 not imported.");
        await import.Locator("summary").ClickAsync();
        await Expect(import.Locator(".problems")).ToContainTextAsync("https://example.org/b.png: The address answered with status 404.");
    }

    [Fact]
    public async Task ImportOfAFolder_ThatIsNotAllowed_ShowsTheReason()
    {
        Expected.Add("400");
        await Page.GotoAsync("/import");
        await Page.FillAsync("#folder", "/etc");

        await Page.PressAsync("#folder", "Enter");

        await Expect(Page.Locator(".import-status")).ToHaveTextAsync("No folder may be imported here: the operator has allowed none.");
    }
}
