using System.Text.RegularExpressions;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ImageSearch.Web.Tests.Browser;

public sealed class SignInPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private static readonly Regex Returning = new(@"/sign-in\?return=[^/]*$");
    private static readonly Regex SignedIn = new("^(?!.*/sign-in)");

    protected override (string Key, string? Value)[] Settings => [("Security:RequireKey", "all"), ("Security:AdminKey", Keyed.AdminKey)];

    [Fact]
    public async Task Person_WithoutAKey_SignsInAndComesToThePage()
    {
        await Page.GotoAsync("/collection?state=failed");
        await Expect(Page).ToHaveURLAsync(Returning);
        await Page.GetByLabel("API key").FillAsync("isk_nonsense");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Problem).ToContainTextAsync("There is no such key");

        await SignInAsync();

        await Expect(Page).ToHaveURLAsync("/collection?state=failed");
        Assert.Equal("", await Page.EvaluateAsync<string>("document.cookie"));
        await Page.GetByRole(AriaRole.Link, new() { Name = "Key", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(Page).ToHaveURLAsync("/sign-in");
        await Page.GotoAsync("/");
        await Expect(Page).ToHaveURLAsync("/sign-in");
    }

    [Fact]
    public async Task Script_WhoseKeyIsGone_LeadsToTheSignInPageAndBack()
    {
        Expected.Add("401");
        await Page.GotoAsync("/sign-in");
        await SignInAsync();
        await Expect(Page).ToHaveURLAsync("/");
        await Page.WaitForLoadStateAsync(); // what takes the picture is a script
        await Page.Context.ClearCookiesAsync();

        await GiveAsync("drop", GeneratedPicture.Png(1, 32, 32), "a.png");

        await Expect(Page).ToHaveURLAsync(Returning);
        await SignInAsync();
        await Expect(Page).ToHaveURLAsync(SignedIn);
    }

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task Page_AtAnyWidth_IsAccessibleAndFits(int width, ColorScheme scheme)
    {
        var page = await OpenAsync(width, 740, scheme);
        await page.GotoAsync("/sign-in?problem=unknown");

        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await AxeCheck.IsAccessibleAsync(page, "sign-in");
    }

    private async Task SignInAsync()
    {
        await Page.GetByLabel("API key").FillAsync(Keyed.AdminKey);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
