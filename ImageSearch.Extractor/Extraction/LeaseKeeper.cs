using System.Collections.Concurrent;
using ImageSearch.Core;
using ImageSearch.Core.Queue;

namespace ImageSearch.Extractor.Extraction;

/// <summary>Renews the leases of what is in work, three times per lease, until it is let go.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly ConcurrentDictionary<WorkDelivery, byte> _held = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _stop = new();
    private readonly IWorkQueue _queue;
    private readonly ILogger _logger;
    private readonly Task _renewals;

    public LeaseKeeper(IWorkQueue queue, IEnumerable<WorkDelivery> deliveries, TimeSpan lease, ILogger logger)
    {
        _queue = queue;
        _logger = logger;
        foreach (var delivery in deliveries)
        {
            _held.TryAdd(delivery, 0);
        }

        _renewals = RenewAsync(lease / 3);
    }

    /// <summary>To be called before a delivery is settled: a lease must not outlive its work.</summary>
    public void LetGo(WorkDelivery delivery) => _held.TryRemove(delivery, out _);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewals;
        _stop.Dispose();
    }

    private async Task RenewAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await _queue.RenewAsync([.. _held.Keys], _stop.Token);
                }
                catch (StorageException)
                {
                    // The disk's failures are said once, by whoever watches over it.
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.RenewalFailed(_logger, e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // let go of everything
        }
    }
}
