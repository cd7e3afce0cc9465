using System.Net.Http.Json;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Ingest.Tests.Fetching;

/// <summary>What someone may try in order to make this service reach into its own network.</summary>
public sealed class FetchGuardTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Fetch_PublicHost_GivesThePicture()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        var internet = new FakeInternet().Name("pictures.example", [FakeInternet.Public]).Serve(FakeInternet.Public, server);
        await using var host = IngestHost.Start(_directory, internet.Register);

        using var response = await host.Http.PostAsJsonAsync("/fetch", new { url = "http://pictures.example/1" });

        Assert.Equal(Png.Create(1), await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([FakeInternet.Public], internet.Dialled);
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[64:ff9b::127.0.0.1]/")]
    [InlineData("http://[fe80::1%25lo]/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("http://100.100.100.200/")]
    public async Task Fetch_PrivateAddressLiteral_IsRefusedWithoutConnecting(string url)
    {
        var internet = new FakeInternet();
        await using var host = IngestHost.Start(_directory, internet.Register);
        using var response = await host.Http.PostAsJsonAsync("/fetch", new { url });
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "address-not-allowed");
        Assert.Empty(internet.Dialled);
    }

    [Fact]
    public async Task Fetch_LocalhostByTheRealResolver_IsRefused()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        await using var host = IngestHost.Start(_directory);
        using var response = await host.Http.PostAsJsonAsync("/fetch", new { url = $"http://localhost:{server.Port}/1" });
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "address-not-allowed");
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task Fetch_OneOfSeveralAddressesIsPrivate_IsRefused()
    {
        var internet = new FakeInternet().Name("mixed.example", [FakeInternet.Public, IPAddress.Parse("10.1.2.3")]);
        await using var host = IngestHost.Start(_directory, internet.Register);
        using var response = await host.Http.PostAsJsonAsync("/fetch", new { url = "http://mixed.example/" });
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "address-not-allowed");
        Assert.Empty(internet.Dialled);
    }

    [Fact]
    public async Task Fetch_NameServerThatRebinds_NeverReachesTheSecondAnswer()
    {
        await using var server = await RemoteServer.StartAsync(context =>
        {
            // A new connection, and with it a new look-up, for the next hop.
            context.Response.Headers.Connection = "close";
            context.Response.Redirect("http://rebind.example/1");
            return Task.CompletedTask;
        });
        var internet = new FakeInternet().Name("rebind.example", [FakeInternet.Public], [IPAddress.Loopback]).Serve(FakeInternet.Public, server);
        await using var host = IngestHost.Start(_directory, internet.Register);

        using var response = await host.Http.PostAsJsonAsync("/fetch", new { url = "http://rebind.example/1" });

        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "address-not-allowed");
        Assert.Equal([FakeInternet.Public], internet.Dialled);
    }

    [Fact]
    public async Task Fetch_OneConnection_ResolvesTheHostOnceOnly()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync();
        var internet = new FakeInternet().Name("rebind.example", [FakeInternet.Public], [IPAddress.Loopback]).Serve(FakeInternet.Public, server);
        await using var host = IngestHost.Start(_directory, internet.Register);

        using var response = await host.Http.PostAsJsonAsync("/fetch", new { url = "http://rebind.example/1" });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["rebind.example"], internet.Resolved);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/1", "address-not-allowed")]
    [InlineData("http://inside.example:{0}/1", "address-not-allowed")]
    [InlineData("//169.254.169.254/latest", "address-not-allowed")]
    [InlineData("file:///etc/passwd", "invalid-url")]
    [InlineData("http://user:secret@pictures.example/1", "invalid-url")]
    public async Task Fetch_RedirectIntoTheNetwork_IsRefused(string location, string problem)
    {
        await using var inside = await RemoteServer.StartWithPicturesAsync();
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = string.Format(null, location, inside.Port);
            return Task.CompletedTask;
        });
        var internet = new FakeInternet().Name("pictures.example", [FakeInternet.Public]).Name("inside.example", [IPAddress.Loopback])
            .Serve(FakeInternet.Public, server).Serve(IPAddress.Loopback, inside);
        await using var host = IngestHost.Start(_directory, internet.Register);

        using var response = await host.Http.PostAsJsonAsync("/fetch", new { url = "http://pictures.example/" });

        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, problem);
        Assert.Equal(0, inside.Requests);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Fetch_Request_TellsStrangersNothing()
    {
        var headers = new Dictionary<string, string>();
        await using var server = await RemoteServer.StartAsync(context =>
        {
            foreach (var (name, value) in context.Request.Headers)
            {
                headers[$"{context.Request.Path} {name}"] = value.ToString();
            }

            context.Response.Headers.SetCookie = "session=1";
            return context.Request.Path == "/2" ? RemoteServer.SendPictureAsync(context) : Redirect(context);
        });
        await using var host = IngestHost.Start(_directory, ("Ingest:AllowPrivateAddresses", "true"));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/fetch") { Content = JsonContent.Create(new { url = server.Url("/1") }) };
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("Cookie", "a=b");
        using var response = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            ["Accept", "Accept-Encoding", "Host", "User-Agent"],
            headers.Keys.Where(key => key.StartsWith("/2 ", StringComparison.Ordinal)).Select(key => key[3..]).Order(StringComparer.Ordinal));

        static Task Redirect(HttpContext context)
        {
            context.Response.Redirect("/2");
            return Task.CompletedTask;
        }
    }
}
