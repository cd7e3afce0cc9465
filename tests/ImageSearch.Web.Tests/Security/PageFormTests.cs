using System.Net;
using System.Text.RegularExpressions;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Security;

/// <summary>Forms of the pages as a browser without a script sends them.</summary>
public sealed partial class PageFormTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);

    protected override (string Key, string? Value)[] Settings => [("Security:FormKey", "the same in every replica")];

    [Fact]
    public async Task Form_OfThePage_IsDoneAndThePageSaysSo()
    {
        await System.AddAsync(Picture, "a.png");
        using var browser = new HttpClient { BaseAddress = Http.BaseAddress };

        using var answer = await PostAsync(browser, await FormAsync(browser));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Deleted.", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(0, await System.Store.CountAsync(Token));
    }

    [Fact]
    public async Task Form_WithoutItsToken_IsRefusedOnAPage()
    {
        await System.AddAsync(Picture, "a.png");
        using var browser = new HttpClient { BaseAddress = Http.BaseAddress };
        var fields = await FormAsync(browser);
        fields.Remove("__RequestVerificationToken");

        using var answer = await PostAsync(browser, fields);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Load it again", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(1, await System.Store.CountAsync(Token));
    }

    [Fact]
    public async Task Form_OfOneReplica_IsTakenByAnother()
    {
        await using var other = await WebSystem.StartAsync(Settings);
        await other.AddAsync(Picture, "a.png");
        var cookies = new CookieContainer();
        using var here = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = Http.BaseAddress };
        using var there = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = other.Http.BaseAddress };

        using var answer = await PostAsync(there, await FormAsync(here));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await other.Store.CountAsync(Token));
    }

    private static async Task<Dictionary<string, string>> FormAsync(HttpClient browser)
    {
        var page = await browser.GetStringAsync("/collection", Token);
        return new Dictionary<string, string>
        {
            ["_handler"] = "manage",
            ["__RequestVerificationToken"] = FormToken().Match(page).Groups[1].Value,
            ["delete"] = ImageId.Of(Picture).ToString(),
        };
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, Dictionary<string, string> fields)
    {
        using var form = new FormUrlEncodedContent(fields);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/collection") { Content = form };
        request.Headers.Accept.ParseAdd("text/html");
        return await browser.SendAsync(request, Token);
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    private static partial Regex FormToken();
}
