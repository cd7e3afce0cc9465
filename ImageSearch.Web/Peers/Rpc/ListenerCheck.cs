using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Web.Peers.Rpc;

/// <summary>
/// Asks the broker how many extractors listen at a queue, for callers whose reply is late: a queue outlives its extractors for a while, and
/// nobody should wait to the end of their time for one that is gone.
/// </summary>
internal sealed class ListenerCheck(IConnection connection)
{
    /// <summary>After this long without a reply, and again as often.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A broker that takes longer is as good as gone.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    // Who asks while the same is being asked shares the answer.
    private readonly ConcurrentDictionary<string, Lazy<Task<uint?>>> _asking = new();

    /// <returns>How many listen; null when the broker does not answer.</returns>
    public Task<uint?> AskAsync(string queue) => _asking.GetOrAdd(queue, name => new Lazy<Task<uint?>>(() => AskBrokerAsync(name))).Value;

    private async Task<uint?> AskBrokerAsync(string queue)
    {
        // To the lazy's other callers it must be a task before it is done.
        await Task.Yield();
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            // A channel for this alone: asking for a queue that there is not closes it.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: deadline.Token);
            return (await channel.QueueDeclarePassiveAsync(queue, deadline.Token)).ConsumerCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
        catch (Exception e) when (e is OperationCanceledException or RabbitMQClientException or IOException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            _asking.TryRemove(queue, out _);
        }
    }
}
