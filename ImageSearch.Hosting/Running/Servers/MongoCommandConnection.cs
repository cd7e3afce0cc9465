using System.Buffers.Binary;
using System.Net.Sockets;

namespace ImageSearch.Hosting.Running.Servers;

/// <summary>
/// Sends commands to the admin database of a mongod on this machine, unauthenticated: enough of MongoDB's wire protocol (OP_MSG) to greet a
/// server and create its first user.
/// </summary>
internal sealed class MongoCommandConnection : IDisposable
{
    private const int OpMsg = 2013;
    private const int HeaderLength = 16;
    private const int BodyStart = HeaderLength + 5;
    private const int LongestReply = 1 << 20;

    private readonly TcpClient _client = new();

    private MongoCommandConnection()
    {
    }

    public static async Task<MongoCommandConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var connection = new MongoCommandConnection();
        try
        {
            await connection._client.ConnectAsync("127.0.0.1", port, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public async Task<MongoReply> RunAsync((string Name, object Value)[] command, CancellationToken cancellationToken)
    {
        var stream = _client.GetStream();
        await stream.WriteAsync(Message(CommandBson.Write([.. command, ("$db", "admin")])), cancellationToken).ConfigureAwait(false);

        var length = new byte[4];
        await stream.ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false);
        var size = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (size is <= BodyStart or > LongestReply)
        {
            throw new InvalidDataException("The answer is not MongoDB's.");
        }

        // The length counts itself.
        var reply = new byte[size - length.Length];
        await stream.ReadExactlyAsync(reply, cancellationToken).ConfigureAwait(false);
        return CommandBson.ReadReply(reply.AsSpan(BodyStart - length.Length));
    }

    public void Dispose() => _client.Dispose();

    // Header: length, request id, response to, operation; then flags and one section of kind 0, a document.
    private static byte[] Message(byte[] document)
    {
        var message = new byte[BodyStart + document.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), OpMsg);
        document.CopyTo(message, BodyStart);
        return message;
    }
}
