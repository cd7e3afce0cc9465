using System.Net.Sockets;
using System.Text;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Security;

public sealed class HostRequirementTests : ApiTest
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\nAccept: text/html\r\n")]
    [InlineData("GET / HTTP/1.0\r\n")]
    [InlineData("GET /collection HTTP/1.1\r\nHost:\r\n")]
    [InlineData("GET /api/v1/models HTTP/1.1\r\nHost:\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: example.org:99999\r\n")]
    public async Task HostThatIsNone_IsABadRequest(string head)
    {
        var answer = await SendAsync(head);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        // Unless the server itself refused it, which it does without a word.
        Assert.True(answer.Contains("urn:imagesearch:invalid-request", StringComparison.Ordinal) || answer.Contains("Content-Length: 0", StringComparison.Ordinal), answer);
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("example.org:8080")]
    [InlineData("127.0.0.1:1")]
    [InlineData("[::1]:8080")]
    [InlineData("my_host-1")]
    [InlineData("xn--bcher-kva.example")]
    public async Task AnyHost_IsAnswered(string host) =>
        Assert.StartsWith("HTTP/1.1 200 ", await SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n"), StringComparison.Ordinal);

    // HttpClient cannot leave Host out.
    private async Task<string> SendAsync(string head)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Http.BaseAddress!.Host, Http.BaseAddress.Port, Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{head}Connection: close\r\n\r\n"), Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(Token);
    }
}
