using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace ImageSearch.Testing;

/// <summary>
/// A POST on a connection of its own whose body begins and never ends: what a server answers all the same. (An HttpClient reads no answer
/// before it has sent everything.)
/// </summary>
public sealed partial class UnfinishedRequest : IDisposable
{
    private readonly TcpClient _connection;

    private UnfinishedRequest(TcpClient connection) => _connection = connection;

    /// <param name="server">Scheme http.</param>
    /// <param name="path">With the query string.</param>
    /// <param name="begin">What is sent of the body.</param>
    /// <param name="length">What is announced, more than is sent; null: nothing is.</param>
    /// <param name="headers">More headers.</param>
    public static async Task<UnfinishedRequest> SendAsync(Uri server, string path, byte[] begin, long? length = null, params (string Name, string Value)[] headers)
    {
        var request = new UnfinishedRequest(new TcpClient());
        await request._connection.ConnectAsync(server.Host, server.Port);
        var framing = length is null ? "Transfer-Encoding: chunked" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}");
        var head = $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\n{framing}\r\n{string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"))}\r\n";
        byte[] body = length is not null || begin.Length == 0 ? begin : [.. Encoding.ASCII.GetBytes($"{begin.Length:x}\r\n"), .. begin, .. "\r\n"u8];
        await request._connection.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body]);
        return request;
    }

    /// <returns>The answer as it came: status line, headers and body.</returns>
    public async Task<string> AnswerAsync()
    {
        using var deadline = new CancellationTokenSource(Eventually.DefaultDeadline);
        var (answer, buffer) = (new StringBuilder(), new byte[4096]);
        while (!IsWhole(answer.ToString()))
        {
            var read = await _connection.GetStream().ReadAsync(buffer, deadline.Token);
            Assert.True(read > 0, $"the server hung up after: {answer}");
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return answer.ToString();
    }

    public void Dispose() => _connection.Dispose();

    private static bool IsWhole(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end >= 0 && (ContentLength().Match(answer[..end]) is { Success: true } length
            ? answer.Length >= end + 4 + int.Parse(length.Value, CultureInfo.InvariantCulture)
            : answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal));
    }

    [GeneratedRegex("(?<=content-length: *)[0-9]+", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
