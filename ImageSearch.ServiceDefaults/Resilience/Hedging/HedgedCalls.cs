using System.Collections.Concurrent;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.ServiceDefaults.Resilience.Hedging;

/// <summary>
/// What came of a call that was late: the second replica answered first (Won), the first one did after all (Lost), neither did (Failed), or
/// there was no second attempt, because the extra load would have been too much (Denied).
/// </summary>
public enum HedgeOutcome
{
    Won,
    Lost,
    Failed,
    Denied,
}

/// <summary>
/// Calls that may be made twice: one that is late is sent to another replica too, the first answer counts, and the other call is cancelled
/// (J. Dean, L. A. Barroso, The Tail at Scale, 2013). Each attempt is repeated elsewhere by the client's own handlers when it fails.
/// <code>
/// first  |----------------------x        cancelled: held against its replica (<see cref="CallRoute.HedgeDelay"/>)
/// second         |--------| answer
///        &lt;-delay->                       what 95 % of the last calls to the service took
/// </code>
/// </summary>
public sealed class HedgedCalls
{
    private readonly ConcurrentDictionary<string, HedgeMemory> _memories = new();
    private readonly ServiceEndpoints _services;
    private readonly HedgingOptions _options;
    private readonly TimeProvider _clock;

    internal HedgedCalls(ServiceEndpoints services, IOptions<HedgingOptions> options, TimeProvider clock) =>
        (_services, _options, _clock) = (services, options.Value, clock);

    /// <param name="service">One of the configured services: what is remembered is of each.</param>
    /// <param name="route">Of this call alone.</param>
    /// <param name="send">Makes an attempt, with a request of its own that takes the route.</param>
    /// <param name="report">Is told what came of a late call.</param>
    /// <param name="cancellationToken">Cancels all attempts.</param>
    /// <exception cref="ProblemException">One of the attempts was answered with it: that is an answer as good as any.</exception>
    public async Task<T> CallAsync<T>(
        string service, CallRoute route, Func<CallRoute, CancellationToken, Task<T>> send, Action<HedgeOutcome> report,
        CancellationToken cancellationToken)
    {
        var memory = _memories.GetOrAdd(service, static (_, options) => new HedgeMemory(options), _options);
        var delay = memory.Begin();
        route.HedgeDelay = delay;
        if (!_options.Enabled || await _services.FindReplicasAsync(service, cancellationToken) is not { All.Count: > 1 } replicas)
        {
            return await TimeAsync(cancellationToken);
        }

        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = TimeAsync(losers.Token);
        try
        {
            await Task.WhenAny(first, Task.Delay(delay, _clock, losers.Token));
            if (first.IsCompleted || cancellationToken.IsCancellationRequested || !replicas.HasAnother(route))
            {
                return await first;
            }

            if (!memory.TrySpend())
            {
                report(HedgeOutcome.Denied);
                return await first;
            }

            var second = TimeAsync(losers.Token);
            var early = await Task.WhenAny(first, second);
            if (!IsAnswered(early))
            {
                var late = early == first ? second : first;
                await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                early = IsAnswered(late) ? late : first;
            }

            report(!IsAnswered(early) ? HedgeOutcome.Failed : early == first ? HedgeOutcome.Lost : HedgeOutcome.Won);
            return await early;
        }
        finally
        {
            await losers.CancelAsync();
        }

        async Task<T> TimeAsync(CancellationToken token)
        {
            var start = _clock.GetTimestamp();
            var answer = await send(route, token);
            memory.Record(_clock.GetElapsedTime(start));
            return answer;
        }
    }

    private static bool IsAnswered<T>(Task<T> attempt) =>
        attempt.IsCompletedSuccessfully || attempt.Exception?.InnerException is ProblemException;
}
