using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

/// <summary>Several models side by side.</summary>
public sealed class CompareTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private readonly byte[][] _pictures = [.. Enumerable.Range(0, 6).Select(seed => GeneratedPicture.Png(seed, 64, 48))];

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
    public async Task TwoModels_AnswerSideBySide(int width, int height)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.GotoAsync("/");
        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));
        await Expect(Tiles).ToHaveCountAsync(6);

        await Page.CheckAsync("[name=model][value=layout]");
        await Page.CheckAsync("[name=model][value=other]");

        await Expect(Page.Locator(".column-title")).ToHaveTextAsync(["layout", "other"]);
        await Expect(Page.Locator(".column[data-column=layout] .tile")).ToHaveCountAsync(6);
        await Expect(Page.Locator(".column[data-column=other] .tile").First).ToContainTextAsync("picture 3.png");
        await Expect(Page.Locator(".column[data-column=layout] .tile").First.Locator(".also")).ToHaveTextAsync("other 1.");
        await Expect(Status).ToContainTextAsync("other: 6 similar pictures found");
        Assert.Equal("/?model=layout&model=other", new Uri(Page.Url).PathAndQuery);
        var boxes = await Page.Locator(".column").EvaluateAllAsync<double[]>("columns => columns.flatMap(column => [column.getBoundingClientRect().left, column.getBoundingClientRect().top])");
        Assert.True(boxes[0] < boxes[2] && boxes[1] == boxes[3], "The columns are not side by side.");
        Assert.Equal(3, System.Extractor.Bodies.Count); // alone, alone by name, beside the other
        Assert.Single(System.OtherExtractor.Bodies);
    }

    [Fact]
    public async Task Address_NamesTheModels()
    {
        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}&model=layout&model=other");

        await Expect(Page.Locator(".column[data-column=layout] .tile")).ToHaveCountAsync(5);
        await Expect(Page.Locator(".column[data-column=other] .tile")).ToHaveCountAsync(5);
        await Expect(Page.Locator("[name=model]:checked")).ToHaveCountAsync(2);
        await Expect(Page.Locator(".tile .also")).ToHaveCountAsync(10);
    }

    [Fact]
    public async Task OneModelFails_TheOtherAnswersAndTheReasonIsShown()
    {
        Expected.Add("503");
        System.OtherExtractor.Fail(500);
        await Page.GotoAsync("/?model=layout&model=other");

        await Page.SetInputFilesAsync("#file", Payload(_pictures[3], "mine.png"));

        await Expect(Page.Locator(".column[data-column=layout] .tile")).ToHaveCountAsync(6);
        await Expect(Page.Locator(".column[data-column=other] .notice.error")).ToContainTextAsync("The model 'other' cannot embed pictures now");
    }

    [Fact]
    public async Task OneModelFails_OnTheServer_TheOtherAnswersToo()
    {
        System.OtherShard.Fail(500);

        await Page.GotoAsync($"/?image={ImageId.Of(_pictures[0])}&model=layout&model=other");

        await Expect(Page.Locator(".column[data-column=layout] .tile")).ToHaveCountAsync(5);
        await Expect(Page.Locator(".column[data-column=other] .notice.error")).ToContainTextAsync("other");
    }
}
