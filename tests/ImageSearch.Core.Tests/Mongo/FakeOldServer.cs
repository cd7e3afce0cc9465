using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;

namespace ImageSearch.Core.Tests.Mongo;

/// <summary>Speaks just enough of MongoDB's protocol to say how old it is.</summary>
internal sealed class FakeOldServer : IAsyncDisposable
{
    private const int HeaderSize = 16;
    private const int Reply = 1;
    private const int Message = 2013;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _wireVersion;
    private readonly Task _serving;

    public FakeOldServer(int wireVersion)
    {
        _wireVersion = wireVersion;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var header = new byte[HeaderSize];
            while (true)
            {
                await stream.ReadExactlyAsync(header, _stopping.Token);
                var rest = new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - HeaderSize];
                await stream.ReadExactlyAsync(rest, _stopping.Token);
                var operation = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
                await stream.WriteAsync(Answer(BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4)), operation == Message), _stopping.Token);
            }
        }
    }

    private byte[] Answer(int to, bool isMessage)
    {
        var document = new BsonDocument
        {
            { "ismaster", true }, { "maxBsonObjectSize", 16777216 }, { "maxMessageSizeBytes", 48000000 }, { "maxWriteBatchSize", 1000 },
            { "localTime", DateTime.UtcNow }, { "minWireVersion", 0 }, { "maxWireVersion", _wireVersion }, { "ok", 1.0 },
        }.ToBson();
        // OP_MSG: flags and the kind of its one section. OP_REPLY: flags, cursor, starting from, number returned.
        var body = isMessage ? 5 : 20;
        var answer = new byte[HeaderSize + body + document.Length];
        BinaryPrimitives.WriteInt32LittleEndian(answer, answer.Length);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(8), to);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(12), isMessage ? Message : Reply);
        if (!isMessage)
        {
            answer[HeaderSize + 16] = 1;
        }

        document.CopyTo(answer.AsSpan(HeaderSize + body));
        return answer;
    }
}
