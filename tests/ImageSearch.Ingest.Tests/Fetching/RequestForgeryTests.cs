using System.Net.Http.Json;
using System.Text.Json;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Ingest.Tests.Fetching;

/// <summary>
/// The ways in which URLs have been made to lead into a network that their writer cannot reach: numbers in every notation, addresses inside
/// of addresses, letters that are numbers, names, redirects, and name servers that change their minds.
/// </summary>
public sealed class RequestForgeryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Hosts that are addresses of this machine or of a private network, however they are written.</summary>
    private static readonly string[] Hosts =
    [
        // Decimal, octal, hexadecimal, shortened, padded.
        "127.0.0.1", "127.1", "127.0.1", "127.000.000.001", "2130706433", "017700000001", "0177.0.0.1", "0177.0.0.01", "0x7f000001", "0x7f.0.0.1", "0x7F.0x0.0x0.0x1", "0x7f.1", "127.0x0.1",
        "0", "0.0.0.0", "0x0", "00.00.00.00", "3232235777", "0xc0a80101", "0300.0250.1.1", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "10.1", "10.0.0.1", "012.1",
        "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "4294967295",
        // IPv6, and IPv4 inside of it.
        "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001:0:7f00:1::]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[100::1]", "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]", "[::FFFF:10.0.0.1]",
        // Letters that stand for digits and dots, which the URL parser turns into them.
        "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "127\u30020\u30020\u30021", "127\uff0e0\uff0e0\uff0e1", "%31%32%37.0.0.1",
    ];

    /// <summary>"unknown-host": it is a name to us, and whatever it resolves to elsewhere is checked as any name's addresses are.</summary>
    private static readonly string[] Refusals = ["address-not-allowed", "invalid-url", "unknown-host"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Fetch_AddressInAnyNotation_IsRefusedWithoutConnecting()
    {
        var internet = new FakeInternet();
        await using var host = IngestHost.Start(_directory, internet.Register);
        foreach (var scheme in new[] { "http", "https", "HTTP" })
        {
            foreach (var name in Hosts)
            {
                var problem = await RefusalAsync(host, $"{scheme}://{name}/latest/meta-data/");
                Assert.True(Refusals.Contains(problem), $"{scheme}://{name}/ is {problem}.");
            }
        }

        Assert.Empty(internet.Dialled);
    }

    [Fact]
    public async Task Fetch_AddressInAnyNotation_IsNoNameForTheResolver()
    {
        var internet = new FakeInternet();
        await using var host = IngestHost.Start(_directory, internet.Register);
        foreach (var name in Hosts)
        {
            await RefusalAsync(host, $"http://{name}/");
        }

        // Whatever does reach the resolver is a name to it, and what it resolves to is checked: it never becomes an address behind its back.
        Assert.DoesNotContain(internet.Resolved, name => IPAddress.TryParse(name, out _));
    }

    [Theory]
    [InlineData("http://1.1.1.1@127.0.0.1/")]
    [InlineData("http://127.0.0.1:80@pictures.example/")]
    [InlineData("http://pictures.example\\@127.0.0.1/")]
    [InlineData("http:\\\\127.0.0.1\\x")]
    [InlineData("http:/\\127.0.0.1/")]
    [InlineData("http:127.0.0.1")]
    [InlineData("http:///127.0.0.1/")]
    [InlineData("http://127.0.0.1\\.pictures.example/")]
    [InlineData("http://127.0.0.1#.pictures.example/")]
    [InlineData("http://127.0.0.1?.pictures.example/")]
    [InlineData("http://127.0.0.1:0/")]
    [InlineData("http://127.0.0.1:99999/")]
    [InlineData("http://127.0.0.1%00.pictures.example/")]
    [InlineData("http://127.0.0.1\t.pictures.example/")]
    [InlineData(" http://127.0.0.1/ ")]
    [InlineData("gopher://127.0.0.1:6379/_FLUSHALL")]
    [InlineData("ldap://127.0.0.1/")]
    [InlineData("dict://127.0.0.1/")]
    [InlineData("jar:http://127.0.0.1!/")]
    [InlineData("unix:///var/run/docker.sock")]
    [InlineData("\\\\127.0.0.1\\share\\a.png")]
    public async Task Fetch_UrlThatParsersReadDifferently_IsRefusedWithoutConnecting(string url)
    {
        var internet = new FakeInternet();
        await using var host = IngestHost.Start(_directory, internet.Register);

        var problem = await RefusalAsync(host, url);

        Assert.Contains(problem, Refusals);
        Assert.Empty(internet.Dialled);
    }

    [Theory]
    [InlineData("localhost.example", "127.0.0.1")]
    [InlineData("mapped.example", "::ffff:10.0.0.1")]
    [InlineData("nat64.example", "64:ff9b::a9fe:a9fe")]
    [InlineData("6to4.example", "2002:7f00:1::1")]
    [InlineData("zero.example", "0.0.0.0")]
    [InlineData("unspecified.example", "::")]
    [InlineData("metadata.example", "169.254.169.254")]
    [InlineData("local.example", "fd00::1")]
    public async Task Fetch_NameOfAPrivateAddress_IsRefusedWithoutConnecting(string name, string address)
    {
        var internet = new FakeInternet().Name(name, [IPAddress.Parse(address)]).Name($"also-{name}", [FakeInternet.Public, IPAddress.Parse(address)]);
        await using var host = IngestHost.Start(_directory, internet.Register);

        Assert.Equal("address-not-allowed", await RefusalAsync(host, $"http://{name}/"));
        Assert.Equal("address-not-allowed", await RefusalAsync(host, $"http://also-{name}/"));
        Assert.Empty(internet.Dialled);
    }

    [Theory]
    [InlineData(301, "http://2130706433:{0}/1")]
    [InlineData(302, "http://0177.0.0.1:{0}/1")]
    [InlineData(303, "http://0x7f.1:{0}/1")]
    [InlineData(307, "http://[::ffff:127.0.0.1]:{0}/1")]
    [InlineData(308, "//[::1]:{0}/1")]
    [InlineData(302, "//localhost:{0}/1")]
    [InlineData(302, "https://127.0.0.1:{0}/1")]
    [InlineData(302, "http://rebind.example:{0}/1")]
    [InlineData(302, "\\\\127.0.0.1:{0}\\1")]
    public async Task Fetch_RedirectAfterPublicHops_IsRefusedWithoutReaching(int status, string location)
    {
        await using var inside = await RemoteServer.StartWithPicturesAsync();
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = context.Request.Path == "/2" ? string.Format(null, location, inside.Port) : "/2";
            return Task.CompletedTask;
        });
        var internet = new FakeInternet().Name("pictures.example", [FakeInternet.Public]).Name("localhost", [IPAddress.Loopback])
            .Name("rebind.example", [IPAddress.IPv6Loopback]).Serve(FakeInternet.Public, server).Serve(IPAddress.Loopback, inside).Serve(IPAddress.IPv6Loopback, inside);
        await using var host = IngestHost.Start(_directory, internet.Register);

        Assert.Contains(await RefusalAsync(host, "http://pictures.example/1"), (string[])["address-not-allowed", "invalid-url", "http-status"]);
        Assert.Equal(0, inside.Requests);
        Assert.All(internet.Dialled, address => Assert.Equal(FakeInternet.Public, address));
    }

    [Theory]
    [InlineData(200, "Refresh", "0;url=http://127.0.0.1/")]
    [InlineData(300, "Location", "http://127.0.0.1/")]
    [InlineData(305, "Location", "http://127.0.0.1/")]
    [InlineData(201, "Location", "http://127.0.0.1/")]
    [InlineData(407, "Proxy-Authenticate", "Basic")]
    [InlineData(401, "WWW-Authenticate", "Negotiate")]
    [InlineData(200, "Alt-Svc", "h3=\"127.0.0.1:443\"")]
    public async Task Fetch_AnswerThatOnlyHints_IsNotFollowed(int status, string header, string value)
    {
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers[header] = value;
            return context.Response.WriteAsync("no picture");
        });
        var internet = new FakeInternet().Name("pictures.example", [FakeInternet.Public]).Serve(FakeInternet.Public, server);
        await using var host = IngestHost.Start(_directory, internet.Register);

        Assert.Contains(await RefusalAsync(host, "http://pictures.example/1"), (string[])["not-a-picture", "http-status"]);
        Assert.Equal(1, server.Requests);
        Assert.Single(internet.Dialled);
    }

    [Fact]
    public async Task Import_OfSuchUrls_RejectsEachWithoutConnecting()
    {
        var internet = new FakeInternet().Name("localhost", [IPAddress.Loopback]).Name("rebind.example", [IPAddress.Parse("10.0.0.1")]);
        await using var host = IngestHost.Start(_directory, internet.Register);

        string[] urls = ["http://127.0.0.1/1", "http://2130706433/1", "http://localhost/1", "http://rebind.example/1", "http://[::ffff:10.0.0.1]/1"];

        var status = await host.FinishedAsync(await host.ImportAsync(new { urls }));

        Assert.Equal((5, 5), (status.Total, status.Rejected));
        Assert.All(status.Problems, problem => Assert.StartsWith("address not allowed", problem.Reason, StringComparison.Ordinal));
        Assert.Empty(internet.Dialled);
    }

    /// <returns>The slug of the refusal.</returns>
    private static async Task<string> RefusalAsync(IngestHost host, string url)
    {
        using var response = await host.Http.PostAsJsonAsync("/fetch", new { url }, Token);
        Assert.True((int)response.StatusCode is >= 400 and < 500, $"{url} is answered {(int)response.StatusCode}.");
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("type").GetString()!.Split(':')[^1];
    }
}
