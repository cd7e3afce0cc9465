using System.Globalization;
using System.Text.RegularExpressions;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>Searches by a part of the picture.</summary>
public sealed partial class RegionTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 4).Select(seed => GeneratedPicture.Png(seed, 640, 480))];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var i = 0; i < _pictures.Length; i++)
        {
            await System.AddAsync(_pictures[i], $"picture {i}.png");
        }
    }

    [Theory]
    [InlineData(360, 740)]
    [InlineData(1440, 900)]
    public async Task Drag_OnTheQueryPicture_SearchesByThatPart(int width, int height)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[1], "mine.png"));
        await Expect(Tiles).ToHaveCountAsync(4);

        await DragAsync(0.25, 0.25, 0.75, 0.5);

        await Expect(Page.Locator("#region")).ToBeVisibleAsync();
        await Expect(Page).ToHaveURLAsync(Crop());
        var (x, y, w, h) = Rectangle();
        Assert.Equal([0.25, 0.25, 0.5, 0.25], new[] { x, y, w, h }.Select(value => Math.Round(value, 2)));
        await Eventually(() => System.Extractor.Requests.Any(request => request.Contains("crop=", StringComparison.Ordinal)));

        await Page.ClickAsync("#region-clear");
        await Expect(Page).ToHaveURLAsync(WithoutCrop());
        await Expect(Page.Locator("#region")).ToBeHiddenAsync();
        await Page.GoBackAsync();
        await Expect(Page).ToHaveURLAsync(Crop());
        await Expect(Page.Locator("#region")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Drag_InsideAndAtTheCorners_MovesAndResizes()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}&crop=0.25,0.25,0.5,0.5");
        await Expect(Page.Locator("#region")).ToBeVisibleAsync();

        await DragAsync(0.5, 0.5, 0.6, 0.5);
        await Expect(Page).ToHaveURLAsync(new Regex("crop=0\\.3"));
        await DragAsync(0.35, 0.25, 0.1, 0.1); // the corner at the top left
        await Expect(Page).ToHaveURLAsync(new Regex("crop=0\\.(1|09)"));

        var (x, y, w, h) = Rectangle();
        Assert.Equal([0.1, 0.1, 0.75, 0.65], new[] { x, y, w, h }.Select(value => Math.Round(value, 2)));
    }

    [Fact]
    public async Task Keyboard_Alone_SetsMovesResizesAndClears()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");
        await Page.FocusAsync("#region-start");
        await Page.Keyboard.PressAsync("Enter");
        await HasFocusAsync(Page.Locator("#region"));

        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("Control+ArrowUp");
        await Page.Keyboard.PressAsync("Shift+ArrowLeft");
        await Expect(Status).ToHaveTextAsync("22 % from the left, 10 % from the top, 58 % wide, 60 % high");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page).ToHaveURLAsync(new Regex("crop=0\\.22,0\\.1,0\\.58,0\\.6$"));
        await Expect(Status).ToContainTextAsync("similar pictures found");
        await HasFocusAsync(Page.Locator("#region"));

        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page).ToHaveURLAsync(WithoutCrop());
        await HasFocusAsync(Page.Locator("#region-start"));
    }

    [Fact]
    public async Task Address_WithACrop_ShowsTheRegionAndItsResults()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}&crop=0,0,0.5,1");

        await Expect(Tiles).ToHaveCountAsync(3);
        await Expect(Page.Locator("#region")).ToHaveAttributeAsync("aria-label", "Part to search by: 0 % from the left, 0 % from the top, 50 % wide, 100 % high");
        Assert.Contains(System.Extractor.Requests, request => request.Contains("crop=0,0,0.5,1", StringComparison.Ordinal) || request.Contains("crop=0%2C0%2C0.5%2C1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Click_OnThePicture_IsNoRegion()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}");

        await DragAsync(0.5, 0.5, 0.505, 0.505);

        await Expect(Page.Locator("#region")).ToBeHiddenAsync();
        Assert.DoesNotContain("crop", Page.Url, StringComparison.Ordinal);
    }

    private static Task Eventually(Func<bool> condition) =>
        ImageSearch.Testing.Eventually.BecomesTrue(() => Task.FromResult(condition()), cancellationToken: Token);

    private (double X, double Y, double W, double H) Rectangle()
    {
        var values = Crop().Match(Uri.UnescapeDataString(Page.Url)).Groups[1].Value.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return (values[0], values[1], values[2], values[3]);
    }

    private async Task DragAsync(double fromX, double fromY, double toX, double toY)
    {
        await Page.Locator("#stage").ScrollIntoViewIfNeededAsync();
        await Page.Locator("#query-picture").EvaluateAsync("image => image.decode()");
        var box = (await Page.Locator("#stage").BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync((float)(box.X + (box.Width * fromX)), (float)(box.Y + (box.Height * fromY)));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync((float)(box.X + (box.Width * toX)), (float)(box.Y + (box.Height * toY)), new() { Steps = 4 });
        await Page.Mouse.UpAsync();
    }

    [GeneratedRegex("crop=([0-9.,]+)")]
    private static partial Regex Crop();

    [GeneratedRegex("^[^?]*(\\?(?!.*crop=).*)?$")]
    private static partial Regex WithoutCrop();
}
