using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;

namespace ImageSearch.Hosting.Tests.Dashboard;

/// <summary>What a gRPC client puts on the wire, byte by byte.</summary>
internal sealed class ResourceServiceClient(string url, string key) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };

    public async Task<HttpResponseMessage> CallAsync(string method, byte[] frame, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/aspire.v1.DashboardService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Headers.Add("x-resource-service-api-key", key);
        request.Headers.TE.ParseAdd("trailers");
        request.Content.Headers.ContentType = new("application/grpc");
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public async Task<T> UnaryAsync<T>(string method, IMessage request, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        using var response = await CallAsync(method, Frame(request), cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var message = await ReadAsync(body, parser, cancellationToken);
        Assert.Equal(0, await body.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, cancellationToken));
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        return message;
    }

    public static async Task<T> ReadAsync<T>(Stream body, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var header = new byte[5];
        await body.ReadExactlyAsync(header, cancellationToken);
        Assert.Equal(0, header[0]);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await body.ReadExactlyAsync(message, cancellationToken);
        return parser.ParseFrom(message);
    }

    public static byte[] Frame(IMessage message)
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        return frame;
    }

    public void Dispose() => _client.Dispose();
}
