using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Events;

/// <summary>Writes server-sent events (<c>text/event-stream</c>), each at once.</summary>
internal sealed class EventWriter(Stream body, IOptions<JsonOptions> json, TimeSpan heartbeat, TimeProvider time)
{
    private long _writtenAt = time.GetTimestamp();

    /// <summary>The data as it is sent, to compare with what was sent before.</summary>
    public byte[] Serialize<T>(T data) => JsonSerializer.SerializeToUtf8Bytes(data, json.Value.SerializerOptions);

    public Task SendAsync<T>(string name, T data, CancellationToken cancellationToken) =>
        SendAsync(name, Serialize(data), cancellationToken);

    /// <param name="data">JSON, which has no line breaks.</param>
    public Task SendAsync(string name, byte[] data, CancellationToken cancellationToken) =>
        WriteAsync(
            [.. "event: "u8, .. System.Text.Encoding.ASCII.GetBytes(name), .. "\ndata: "u8, .. data, .. "\n\n"u8], cancellationToken);

    /// <summary>Begins the stream: who is cut off comes back after two seconds.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) => WriteAsync("retry: 2000\n\n"u8.ToArray(), cancellationToken);

    /// <summary>Sends a comment when nothing has been sent for too long.</summary>
    public Task KeepAliveAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(_writtenAt) >= heartbeat ? WriteAsync(": still here\n\n"u8.ToArray(), cancellationToken) : Task.CompletedTask;

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await body.WriteAsync(bytes, cancellationToken);
        await body.FlushAsync(cancellationToken);
        _writtenAt = time.GetTimestamp();
    }
}
