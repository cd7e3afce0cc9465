using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Hosting.Dashboard;

/// <summary>gRPC's wire format: a flag, a length, a message; the status in a trailer. Grpc.AspNetCore would replace this.</summary>
internal static class GrpcFraming
{
    private const int HeaderLength = 5;
    private const int MaxRequestLength = 1024 * 1024;
    private const int StatusOk = 0;
    private const int StatusInvalidArgument = 3;
    private const int StatusInternal = 13;
    private const int StatusUnauthenticated = 16;

    public static async Task AnswerAsync(HttpContext context, Func<HttpContext, Task> handler)
    {
        context.Response.ContentType = "application/grpc";
        var status = StatusOk;
        try
        {
            await handler(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (InvalidDataException)
        {
            status = StatusInvalidArgument;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            status = StatusInternal;
        }

        await context.Response.StartAsync().ConfigureAwait(false);
        context.Response.AppendTrailer("grpc-status", status.ToString(CultureInfo.InvariantCulture));
    }

    public static Task RefuseAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = StatusUnauthenticated.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    public static async Task<T> ReadAsync<T>(HttpContext context, MessageParser<T> parser)
        where T : IMessage<T>
    {
        var header = new byte[HeaderLength];
        await ReadExactlyAsync(context, header).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (header[0] != 0 || length > MaxRequestLength)
        {
            throw new InvalidDataException("Only uncompressed messages of at most 1 MiB are read.");
        }

        var body = new byte[length];
        await ReadExactlyAsync(context, body).ConfigureAwait(false);
        return parser.ParseFrom(body);
    }

    public static async Task WriteAsync(HttpContext context, IMessage message)
    {
        var frame = new byte[HeaderLength + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - HeaderLength));
        message.WriteTo(frame.AsSpan(HeaderLength));
        await context.Response.Body.WriteAsync(frame, context.RequestAborted).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task ReadExactlyAsync(HttpContext context, byte[] buffer)
    {
        try
        {
            await context.Request.Body.ReadExactlyAsync(buffer, context.RequestAborted).ConfigureAwait(false);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The message is cut short.", e);
        }
    }
}
