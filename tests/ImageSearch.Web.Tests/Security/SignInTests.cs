using System.Net;
using System.Text.RegularExpressions;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Security;

/// <summary>What a person's browser does where keys are required for everything.</summary>
public sealed partial class SignInTests : Keyed
{
    protected override (string Key, string? Value)[] Settings => [("Security:RequireKey", "all"), ("Security:AdminKey", AdminKey)];

    [Theory]
    [InlineData("/", "/sign-in")]
    [InlineData("/collection?state=failed&tag=a%26b", "/sign-in?return=%2Fcollection%3Fstate%3Dfailed%26tag%3Da%2526b")]
    [InlineData("/nowhere", "/sign-in?return=%2Fnowhere")]
    public async Task Page_WithoutAKey_LeadsToTheSignInPage(string address, string expected)
    {
        using var browser = Browser();

        using var response = await browser.GetAsync(address, Token);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(expected, response.Headers.Location?.OriginalString.Replace(Http.BaseAddress!.ToString().TrimEnd('/'), "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_WithAKey_OpensThePagesAndTheirCallsUntilSigningOut()
    {
        var (id, key) = await CreateKeyAsync("write", "Ann <b>");
        using var browser = Browser();

        using var signedIn = await SignInAsync(browser, key, "/collection?tag=x");

        Assert.Equal((HttpStatusCode.Redirect, "/collection?tag=x"), (signedIn.StatusCode, signedIn.Headers.Location?.OriginalString));
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Collection", await browser.GetStringAsync("/collection", Token), StringComparison.Ordinal);
        Assert.Contains("Ann &lt;b&gt;", await browser.GetStringAsync("/sign-in", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await RetryAsync(browser, ("Origin", Origin))).StatusCode);

        using var form = new FormUrlEncodedContent(await TokenAsync(browser, ("end", "true")));
        using var signingOut = new HttpRequestMessage(HttpMethod.Post, "/session/end") { Content = form, Headers = { { "Origin", Origin } } };
        using var signedOut = await browser.SendAsync(signingOut, Token);

        Assert.Equal("/sign-in", signedOut.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/collection", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await RetryAsync(browser, ("Origin", Origin))).StatusCode);
        Assert.NotEmpty(id);
    }

    [Fact]
    public async Task Cookie_IsNotTheKeyAndTakesNoKeysPlace()
    {
        var (_, key) = await CreateKeyAsync("read");
        foreach (var secret in new[] { key, AdminKey })
        {
            using var browser = Browser();
            using var signedIn = await SignInAsync(browser, secret, "/");
            var cookie = Assert.Single(_cookies.GetCookies(Http.BaseAddress!), cookie => cookie.Name == "imagesearch-key").Value;

            Assert.DoesNotContain(secret[^16..], cookie, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/api/v1/images", cookie)).StatusCode);
            // The key in a cookie, as it once was, opens nothing.
            using var old = await SendAsync(HttpMethod.Get, "/api/v1/images", key: null, null, ("Cookie", $"imagesearch-key={secret}"));
            Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        }
    }

    [Fact]
    public async Task Cookie_OfOneReplica_OpensAnother()
    {
        await using var other = await WebSystem.StartAsync(Settings);
        using var browser = Browser();
        using var signedIn = await SignInAsync(browser, AdminKey, "/");
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies };
        using var elsewhere = new HttpClient(handler) { BaseAddress = other.Http.BaseAddress };

        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync("/api/v1/images", Token)).StatusCode);
    }

    [Fact]
    public async Task Cookie_OfAKeyThatIsRevoked_OpensNothing()
    {
        var (id, key) = await CreateKeyAsync("read");
        using var browser = Browser();
        using var signedIn = await SignInAsync(browser, key, "/");
        await SendAsync(HttpMethod.Delete, $"/api/v1/keys/{id}", AdminKey);

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/", Token)).StatusCode);
        Assert.Contains("id=\"sign-in\"", await browser.GetStringAsync("/sign-in", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_OnAWriteFromNowhere_IsNoKey()
    {
        using var browser = Browser();
        using var signedIn = await SignInAsync(browser, AdminKey, "/");

        Assert.Equal(HttpStatusCode.Unauthorized, (await RetryAsync(browser)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await RetryAsync(browser, ("Origin", "http://evil.example"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await RetryAsync(browser, ("Sec-Fetch-Site", "cross-site"))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await RetryAsync(browser, ("Sec-Fetch-Site", "same-origin"))).StatusCode);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("isk_abcdefghijkl_0123456789012345678901234567890123456789")]
    public async Task SignIn_WithNoKeyOfOurs_SaysSoAndSetsNoCookie(string key)
    {
        using var browser = Browser();

        using var response = await SignInAsync(browser, key, "/add");

        Assert.Equal("/sign-in?problem=unknown&return=%2Fadd", response.Headers.Location?.OriginalString);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Contains("There is no such key", await browser.GetStringAsync(response.Headers.Location, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_WithoutTheFormsToken_IsRefused()
    {
        using var browser = Browser();
        foreach (var fields in new[] { new Dictionary<string, string> { ["key"] = AdminKey }, new() { ["key"] = AdminKey, ["__RequestVerificationToken"] = "AAAA" } })
        {
            using var response = await browser.PostAsync("/session", new FormUrlEncodedContent(fields), Token);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task SignIn_AtAnotherReplica_TakesTheFormOfTheFirst()
    {
        await using var other = await WebSystem.StartAsync(Settings);
        using var browser = Browser();
        var fields = await TokenAsync(browser, ("key", AdminKey), ("return", "/"));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies };
        using var elsewhere = new HttpClient(handler) { BaseAddress = other.Http.BaseAddress };

        using var response = await elsewhere.PostAsync("/session", new FormUrlEncodedContent(fields), Token);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/%0d%0aSet-Cookie:a=b\r\n")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/sign-in?return=/sign-in")]
    [InlineData("")]
    public async Task SignIn_WayBackThatLeadsElsewhere_LeadsHome(string back)
    {
        using var browser = Browser();

        using var response = await SignInAsync(browser, AdminKey, back);

        Assert.Equal("/", response.Headers.Location?.OriginalString);
    }

    private readonly CookieContainer _cookies = new();

    private string Origin => Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies })
    {
        BaseAddress = Http.BaseAddress,
        DefaultRequestHeaders = { { "Accept", "text/html" } },
    };

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string key, string back) =>
        await browser.PostAsync("/session", new FormUrlEncodedContent(await TokenAsync(browser, ("key", key), ("return", back))), Token);

    private static async Task<HttpResponseMessage> RetryAsync(HttpClient browser, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/images/retry?state=failed");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await browser.SendAsync(request, Token);
    }

    private static async Task<Dictionary<string, string>> TokenAsync(HttpClient browser, params (string Name, string Value)[] fields)
    {
        var page = await browser.GetStringAsync("/sign-in", Token);
        return new Dictionary<string, string>(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)))
        {
            ["__RequestVerificationToken"] = FormToken().Match(page).Groups[1].Value,
        };
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
