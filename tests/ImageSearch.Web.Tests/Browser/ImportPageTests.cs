using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

public sealed class ImportPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

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
        await Page.Clock.InstallAsync();
        await Page.GotoAsync("/import");

        await Page.SetInputFilesAsync("#files", Payload(GeneratedPicture.Png(1, 32, 32), "lost.png"));

        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("Sending: 0 of 1 pictures");
        // It is tried again for half a minute, whose pauses need not be waited for.
        await Eventually.BecomesTrue(
            async () =>
            {
                await Page.Clock.FastForwardAsync(30_000);
                return await Page.Locator("#rejections").IsVisibleAsync();
            },
            cancellationToken: Token);
        await Expect(Page.Locator("#rejection-list")).ToContainTextAsync("lost.png: The server did not answer");
        System.Ingest.Intercept = null;
        await Page.ClickAsync("#upload-again");

        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("Done: 1 of 1 pictures are searchable.");
        await Expect(Page.Locator("#rejections")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Interruption_OfTheServer_IsNotSeenByThePerson()
    {
        Expected.Add("503");
        await Page.Clock.InstallAsync();
        await Page.GotoAsync("/import");
        System.Ingest.Fail(503);
        await Page.SetInputFilesAsync("#files", Payload(GeneratedPicture.Png(1, 32, 32), "patient.png"));
        await Eventually.BecomesTrue(() => System.Ingest.Requests.Any(request => request.Contains("POST", StringComparison.Ordinal)), cancellationToken: Token);

        System.Ingest.Intercept = null;
        await Eventually.BecomesTrue(
            async () =>
            {
                await Page.Clock.FastForwardAsync(30_000);
                return await Page.Locator("#accepted").TextContentAsync() == "1";
            },
            cancellationToken: Token);

        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("Done: 1 of 1 pictures are searchable.");
        await Expect(Page.Locator("#rejections")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task ClosedPage_SaysWhatIsMissing_AndSendsOnlyThatWhenGivenAgain()
    {
        Expected.Add("Failed to load resource");
        FilePayload[] files = [.. Enumerable.Range(0, 45).Select(seed => Payload(GeneratedPicture.Png(seed, 32, 32), $"picture {seed}.png"))];
        var directory = SaveFiles(files);
        await Page.GotoAsync("/import");
        // Of three requests of 20, 20 and 5 pictures the first goes through.
        var requests = 0;
        await Page.RouteAsync("**/api/v1/images", async route =>
        {
            if (Interlocked.Increment(ref requests) == 1)
            {
                await route.ContinueAsync();
            }
            // The others never get an answer: the page is closed meanwhile.
        });
        await Page.SetInputFilesAsync("#files", directory);
        await Expect(Page.Locator("#accepted")).ToHaveTextAsync("20");
        await Eventually.BecomesTrue(() => Volatile.Read(ref requests) == 3, cancellationToken: Token);

        await Page.UnrouteAllAsync(new PageUnrouteAllOptions { Behavior = UnrouteBehavior.IgnoreErrors });
        Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await Page.ReloadAsync();

        await Expect(Page.Locator("#interrupted")).ToContainTextAsync("An upload ended early: 20 were sent, 25 were not.");
        await Expect(Page.Locator("#interrupted")).ToContainTextAsync("The browser cannot read the files again by itself");
        await Page.ClickAsync("#interrupted summary");
        await Expect(Page.Locator("#interrupted-list li")).ToHaveCountAsync(25);
        System.Ingest.Uploads.Clear();
        await Page.SetInputFilesAsync("#files", directory);

        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("Done: 25 of 25 pictures are searchable. 20 pictures had been sent before.");
        await Expect(Page.Locator("#interrupted")).ToBeHiddenAsync();
        Assert.Equal(25, System.Ingest.Uploads.Sum());
        Assert.Equal(45, await System.Store.CountAsync(Token));
        await Page.ReloadAsync();
        await Expect(Page.Locator("#interrupted")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Cancel_StopsAndSaysWhatIsMissing()
    {
        await Page.GotoAsync("/import");
        System.Ingest.Hang();
        await Page.SetInputFilesAsync("#files", [.. Enumerable.Range(0, 50).Select(seed => Payload(GeneratedPicture.Png(seed, 32, 32), $"picture {seed}.png"))]);
        await Expect(Page.Locator("#upload-status")).ToHaveTextAsync("Sending: 0 of 50 pictures");

        await Page.ClickAsync("#upload-cancel");

        await Expect(Page.Locator("#upload-status")).ToContainTextAsync("Cancelled: 50 pictures not sent.");
        await Expect(Page.Locator("#interrupted")).ToContainTextAsync("0 were sent, 50 were not");
        await Page.ClickAsync("#interrupted-forget");
        await Expect(Page.Locator("#interrupted")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task HundredsOfFiles_AreSentWhileThePageStaysQuick()
    {
        var bytes = GeneratedPicture.Png(1, 8, 8);
        System.Ingest.Accept = (_, _, _) => Task.FromResult(true);
        await Page.GotoAsync("/import");

        // PNG readers stop at the end chunk: a number after it makes every file another one.
        await Page.EvaluateAsync(
            """
            base64 => {
              const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
              const transfer = new DataTransfer();
              for (let i = 0; i < 600; i++) {
                transfer.items.add(new File([bytes, new Uint8Array([i >> 8, i & 255])], `picture ${i}.png`, { type: 'image/png' }));
              }

              window.slowest = 0;
              let last = performance.now();
              (function frame() {
                const now = performance.now();
                window.slowest = Math.max(window.slowest, now - last);
                last = now;
                requestAnimationFrame(frame);
              })();
              document.getElementById('dropzone').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
            }
            """,
            Convert.ToBase64String(bytes));

        await Expect(Page.Locator("#accepted")).ToHaveTextAsync("600");
        Assert.Equal(600, System.Ingest.Uploads.Sum());
        var slowest = await Page.EvaluateAsync<double>("window.slowest");
        TestContext.Current.TestOutputHelper?.WriteLine($"Longest time without a frame: {slowest:0} ms");
        Assert.True(slowest < 2000, $"The page stood still for {slowest:0} ms.");
    }

    [Fact]
    public async Task ImportOfUrls_ShowsItsProgressAndItsProblems()
    {
        await Page.GotoAsync("/import");
        await Page.FillAsync("#urls", "https://example.org/a.png\nhttps://example.org/b.png\n");

        await Page.ClickAsync("text=Import addresses");

        var import = Page.Locator(".import");
        await Expect(import).ToContainTextAsync("2 addresses");
        await Expect(import.Locator(".import-status")).ToContainTextAsync("Waiting: 0 of 2");
        System.Ingest.Imports["import1"] = new("import1", 2, 1, 0, 0, false, []) { State = ImportState.Running, Rate = 2.5, SecondsLeft = 120 };
        await Expect(import.Locator(".import-status")).ToContainTextAsync("Importing: 1 of 2");
        await Expect(import.Locator(".import-pace")).ToHaveTextAsync("2.5 pictures/s, about 2 min left");
        System.Ingest.Imports["import1"] = new(
            "import1", 2, 1, 0, 1, true, [new ImportProblem("https://example.org/b.png", "The address answered with status 404.")])
        { State = ImportState.Done };
        await Expect(import.Locator(".import-status")).ToHaveTextAsync("Done: 2 of 2, 1 new, 0 known already, 1 not imported.");
        await import.Locator(".import-why").ClickAsync();
        await Expect(import.Locator(".problems")).ToContainTextAsync("https://example.org/b.png: The address answered with status 404.");
    }

    [Fact]
    public async Task ImportOfAFolder_ThatIsNotAllowed_ShowsTheReason()
    {
        Expected.Add("400");
        await Page.GotoAsync("/import");
        await Page.FillAsync("#folder", "/etc");

        await Page.PressAsync("#folder", "Enter");

        await Expect(Page.Locator("#folder")).ToHaveValueAsync("/etc");
        await Expect(Problem).ToHaveTextAsync("No folder may be imported here: the operator has allowed none.");
    }

    [Fact]
    public async Task ImportsOfClosedPages_AreShown_AndCanBeCancelledAndResumed()
    {
        System.Ingest.Imports["import1"] = new("import1", 100, 40, 2, 1, false, []) { State = ImportState.Running, Kind = "folder", Name = "photos", Rate = 12, SecondsLeft = 5 };
        System.Ingest.Imports["import0"] = new("import0", 3, 3, 0, 0, true, []) { State = ImportState.Done, Name = "https://example.org/a.png" };
        await Page.GotoAsync("/import");

        await Expect(Page.Locator(".import-title")).ToHaveTextAsync(["Folder photos", "3 addresses, the first https://example.org/a.png"]);
        await Expect(Page.Locator(".import .badge")).ToHaveTextAsync(["Running", "Done"]);
        await Page.Locator(".import-cancel").First.ClickAsync();
        await Expect(Page.Locator(".import .badge")).ToHaveTextAsync(["Cancelled", "Done"]);
        await Expect(Page.Locator(".import-cancel").First).ToBeHiddenAsync();
        await Page.Locator(".import-resume").First.ClickAsync();
        await Expect(Page.Locator(".import .badge")).ToHaveTextAsync(["Waiting", "Done"]);
        Assert.Equal(ImportState.Waiting, System.Ingest.Imports["import1"].State);
    }

    /// <summary>Chosen from the disk, files are the same ones the next time: browsers tell by name, size and time.</summary>
    private string[] SaveFiles(FilePayload[] files)
    {
        foreach (var file in files)
        {
            File.WriteAllBytes(Path.Combine(_directory.Path, file.Name), file.Buffer);
        }

        return [.. files.Select(file => Path.Combine(_directory.Path, file.Name))];
    }
}
