using System.Threading.RateLimiting;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Overload;

/// <summary>
/// So many places to work at, and a line in front of them: who finds it full is told so at once. The line is for bursts. One that has not
/// been empty for a while is no burst: then it may only be as long as there are places, so that nobody waits for long whatever the load.
/// </summary>
internal sealed class ConcurrencyGate(
    string kind, int places, int waiting, OverloadOptions options, OverloadTelemetry telemetry, TimeProvider time) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(
        new ConcurrencyLimiterOptions { PermitLimit = places, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    private long _emptyAt = time.GetTimestamp();

    public long InWork => places - (_limiter.GetStatistics()?.CurrentAvailablePermits ?? places);

    public long Waiting => _limiter.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Refuses what would find the line full anyway, before anything is done for it.</summary>
    /// <exception cref="ProblemException">It is full.</exception>
    public void ThrowIfFull()
    {
        if (_limiter.GetStatistics() is { CurrentAvailablePermits: 0 } statistics && statistics.CurrentQueuedCount >= LongestLine())
        {
            throw Refuse("full");
        }
    }

    /// <returns>The place, to be left by disposing it.</returns>
    /// <exception cref="ProblemException">The line is full, or does not move.</exception>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var place = _limiter.AttemptAcquire();
        if (place.IsAcquired)
        {
            Volatile.Write(ref _emptyAt, time.GetTimestamp()); // who waits would have got it
            return place;
        }

        ThrowIfFull();
        return await WaitAsync(cancellationToken);
    }

    public void Dispose() => _limiter.Dispose();

    /// <summary>What a request is told that is not worked on.</summary>
    public ProblemException Refuse(string reason)
    {
        telemetry.Refused(kind, reason);
        return new ProblemException(
            StatusCodes.Status503ServiceUnavailable, "busy",
            $"Too many {kind} at once. Try again after as many seconds as the header Retry-After says.")
        {
            RetryAfter = options.RetryAfter,
        };
    }

    private int LongestLine() =>
        time.GetElapsedTime(Volatile.Read(ref _emptyAt)) < options.LongestWait ? waiting : Math.Min(waiting, places);

    private async ValueTask<RateLimitLease> WaitAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.LongestWait);
        try
        {
            var place = await _limiter.AcquireAsync(1, patience.Token);
            return place.IsAcquired ? place : throw Refuse("full");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refuse("late");
        }
    }
}
