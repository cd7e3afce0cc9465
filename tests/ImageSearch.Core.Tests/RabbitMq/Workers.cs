using System.Collections.Concurrent;
using ImageSearch.Core.Images;
using ImageSearch.Core.Queue;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>Workers that complete whatever they receive, as extractors do, errors included, and count it.</summary>
internal sealed class Workers : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ImageId, int> _completed = [];
    private readonly Task _running;

    public Workers(string model, int batch, params IEnumerable<IWorkQueue> queues) =>
        _running = Task.WhenAll(queues.Select(queue => Task.Run(() => WorkAsync(queue, model, batch))).ToArray());

    /// <summary>How often each picture was completed.</summary>
    public IReadOnlyDictionary<ImageId, int> Completed => _completed;

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
                await queue.CompleteAsync(deliveries, CancellationToken.None);
                foreach (var delivery in deliveries)
                {
                    _completed.AddOrUpdate(delivery.Item.Id, 1, (_, count) => count + 1);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
