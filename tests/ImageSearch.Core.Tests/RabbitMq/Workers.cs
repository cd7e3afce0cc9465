using System.Collections.Concurrent;
using ImageSearch.Core.Queue;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>
/// Workers that do whatever they receive, as extractors do: they look for the outcome first, write it down once, and then complete.
/// </summary>
internal sealed class Workers : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ImageId, int> _outcomes = [];
    private readonly Task _running;
    private int _repeated;

    public Workers(string model, int batch, params IEnumerable<IWorkQueue> queues) =>
        _running = Task.WhenAll(queues.Select(queue => Task.Run(() => WorkAsync(queue, model, batch))).ToArray());

    /// <summary>The outcome of each picture: the attempt that made it.</summary>
    public IReadOnlyDictionary<ImageId, int> Outcomes => _outcomes;

    /// <summary>Deliveries of pictures that had their outcome.</summary>
    public int Repeated => _repeated;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task WorkAsync(IWorkQueue queue, string model, int batch)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var deliveries = await queue.ReceiveAsync(model, batch, TimeSpan.FromSeconds(5), _stop.Token);
                foreach (var delivery in deliveries)
                {
                    if (!_outcomes.TryAdd(delivery.Item.Id, delivery.Attempt))
                    {
                        Interlocked.Increment(ref _repeated);
                    }
                }

                await queue.CompleteAsync(deliveries, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
