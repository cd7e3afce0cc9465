using System.Net;
using ImageSearch.Testing.Malformed;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

/// <summary>HEAD answers what GET answers, but for the body.</summary>
public sealed class HeadTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 300, 200);
    private static readonly ImageId Id = ImageId.Of(Picture);

    // What differs from one answer to the next, whatever the method; a body's framing is no statement about it.
    private static readonly string[] Own = ["Date", "Transfer-Encoding", "Server-Timing", "Set-Cookie"];

    private HttpClient _http = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        // A cookie of one answer would change the next.
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Http.BaseAddress };
        await System.AddAsync(Picture, "a.png");
        System.Ingest.Imports["import1"] = new ImportStatus("import1", 1, 1, 0, 0, true, []) { State = ImportState.Done };
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Head_OfWhateverTakesGet_HasItsStatusAndHeadersAndNoBody()
    {
        var addresses = Calls.Of(System).Select(call => call.Call).Where(call => call.Method == "GET")
            .Select(Address)
            .Concat([$"/api/v1/images/{new string('0', 64)}", "/api/v1/images?limit=x", "/api/v1/search", "/no-such-page", "/api/v1/images/ID/thumbnail?size=64"])
            .Select(path => path.Replace("ID", Id.ToString(), StringComparison.Ordinal))
            .Distinct().ToList();
        Assert.Contains("/openapi/v1.json", addresses);
        Assert.Contains($"/api/v1/images/{Id}/content", addresses);

        var differing = new List<string>();
        foreach (var (address, accept) in addresses.SelectMany(address => new[] { (address, "*/*"), (address, "text/html") }))
        {
            using var get = await SendAsync(HttpMethod.Get, address, accept);
            using var head = await SendAsync(HttpMethod.Head, address, accept);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
            // Metrics grow from one look to the next.
            var own = address == "/metrics" ? [.. Own, "Content-Length"] : Own;
            if (Seen(get, own) is var expected && Seen(head, own) is var seen && expected != seen)
            {
                differing.Add($"{address} ({accept}):\n{expected}\n{seen}");
            }
        }

        Assert.True(differing.Count == 0, string.Join("\n\n", differing.Take(5)));
    }

    [Fact]
    public async Task Head_OfContent_TellsItsLength()
    {
        using var response = await SendAsync(HttpMethod.Head, $"/api/v1/images/{Id}/content", "*/*");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Picture.Length, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Head_OfWhatTakesNoGet_IsNotAllowed()
    {
        using var response = await SendAsync(HttpMethod.Head, "/api/v1/search/batch", "*/*");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    private static string Address(CallTemplate call) => call.Path.Replace("/imports/{id}", "/imports/import1", StringComparison.Ordinal)
        .Replace("{documentName}", "v1", StringComparison.Ordinal)
        .Replace("{id}", "ID", StringComparison.Ordinal)
        .Replace("/images/events", "/images/events?ids=ID", StringComparison.Ordinal);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, string accept)
    {
        using var request = new HttpRequestMessage(method, address) { Headers = { { "Accept", accept } } };
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private static string Seen(HttpResponseMessage response, string[] own) => string.Join('\n', response.Headers.Concat(response.Content.Headers)
        // The server adds the length to no body, not to HEAD's; "identity" says that a page is streamed.
        .Where(header => !own.Contains(header.Key) && (header.Key, header.Value.First()) is not (("Content-Length", "0") or ("Content-Encoding", "identity")))
        .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
        .Order(StringComparer.Ordinal)
        .Prepend($"{(int)response.StatusCode}"));
}
