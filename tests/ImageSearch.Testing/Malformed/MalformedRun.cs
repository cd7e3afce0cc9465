using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace ImageSearch.Testing.Malformed;

/// <summary>Sends malformed requests to a server and notes what became of each.</summary>
public sealed class MalformedRun(Uri server)
{
    private const int Workers = 8;
    private const int LongestHead = 64 * 1024;

    /// <summary>Far longer than the server's own patience with a body that stalls, which is 5 s: thousands of requests keep a small machine busy.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private int _whole;

    /// <summary>Answers by their status; 0 where the server hung up.</summary>
    public ConcurrentDictionary<int, int> Statuses { get; } = new();

    /// <summary>What should not have been.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Sends as many requests, several at a time; those that stall wait beside the others.</summary>
    public async Task SendAsync(MalformedRequests requests, int count, CancellationToken cancellationToken)
    {
        var stalled = new List<Task>();
        var running = new List<Task>();
        for (var i = 0; i < count; i++)
        {
            var request = requests.Next();
            if (request.Framing == Framing.Stalled)
            {
                stalled.Add(ExchangeAsync(request, cancellationToken));
                continue;
            }

            if (running.Count == Workers)
            {
                running.Remove(await Task.WhenAny(running));
            }

            running.Add(Task.Run(() => ExchangeAsync(request, cancellationToken), cancellationToken));
        }

        await Task.WhenAll([.. running, .. stalled]);
    }

    public override string ToString() =>
        $"{_whole} whole; {string.Join(", ", Statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))}";

    private async Task ExchangeAsync(MalformedRequest request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var head = await SendAsync(request, deadline.Token);
            var status = head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && int.TryParse(head.AsSpan(9, 3), out var number) ? number : 0;
            Statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
            if (request.Framing == Framing.Whole)
            {
                Interlocked.Increment(ref _whole);
            }

            // 503 says that it is for now, and when to come again; no request of these is a reason for any other.
            if (status >= 500 && !(status == 503 && head.Contains("\r\nRetry-After: ", StringComparison.OrdinalIgnoreCase)))
            {
                Faults.Enqueue($"{status} for {request.Name}");
            }
            else if (status == 0 && request.Framing == Framing.Whole)
            {
                Faults.Enqueue($"no answer to {request.Name}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Faults.Enqueue($"hangs for {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s: {request.Name}");
        }
    }

    /// <returns>The head of the answer; empty when the server hung up.</returns>
    private async Task<string> SendAsync(MalformedRequest request, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        // At the same time: a server may answer, and hang up, before it has read everything.
        var sending = SendAsync(socket, request, cancellationToken);
        var head = await ReceiveAsync(socket, cancellationToken);
        socket.Close();
        await sending;
        return head;
    }

    private static async Task SendAsync(Socket socket, MalformedRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(request.Bytes, cancellationToken);
            if (request.Framing == Framing.CutOff)
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server has heard enough.
        }
    }

    private static async Task<string> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var buffer = new byte[16 * 1024];
        var isStream = false;
        try
        {
            // To the end: an answer that never ends is a hang, unless it is a stream of events, which may go on.
            while (!isStream && await socket.ReceiveAsync(buffer, cancellationToken) is > 0 and var received)
            {
                if (head.Length < LongestHead)
                {
                    head.Append(Encoding.Latin1.GetString(buffer, 0, received));
                    isStream = head.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
                }
            }
        }
        catch (SocketException)
        {
            // Reset: what had come has come.
        }

        var text = head.ToString();
        var interim = text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal) ? text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4 : 0;
        var end = text.IndexOf("\r\n\r\n", interim, StringComparison.Ordinal);
        return end < 0 ? text[interim..] : text[interim..(end + 2)];
    }
}
