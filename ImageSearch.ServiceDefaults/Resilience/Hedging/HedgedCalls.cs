using System.Collections.Concurrent;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.ServiceDefaults.Resilience.Hedging;

/// <summary>
/// Calls that may be made twice: one that is late is sent to another replica too, the first answer counts, and the other call is cancelled
/// (J. Dean, L. A. Barroso, The Tail at Scale, 2013).
/// <code>
/// first  |----------------------x        cancelled: held against its replica (<see cref="CallRoute.Patience"/>)
/// second         |--------| answer
///        &lt;-delay->                       what 95 % of the last calls to the service took
/// </code>
/// Both attempts go through the client's own handlers: each is repeated elsewhere when it fails.
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
        string service, CallRoute route, Func<CallRoute, CancellationToken, Task<T>> send, Action<HedgeOutcome> report, CancellationToken cancellationToken)
    {
        var memory = _memories.GetOrAdd(service, static (_, options) => new HedgeMemory(options), _options);
        var delay = memory.Begin();
        route.Patience = delay;
        if (!_options.Enabled || !_services.TryGet(service, out var replicas) || replicas.All.Count < 2)
        {
            return await TimeAsync(cancellationToken).ConfigureAwait(false);
        }

        using var first = new HedgeAttempt<T>(TimeAsync, cancellationToken);
        if (await first.EndsWithinAsync(delay, _clock).ConfigureAwait(false) || cancellationToken.IsCancellationRequested || !replicas.HasAnother(route))
        {
            return await first.Answer.ConfigureAwait(false);
        }

        if (!memory.TrySpend())
        {
            report(HedgeOutcome.Denied);
            return await first.Answer.ConfigureAwait(false);
        }

        using var second = new HedgeAttempt<T>(TimeAsync, cancellationToken);
        return await RaceAsync(first, second, report).ConfigureAwait(false);

        async Task<T> TimeAsync(CancellationToken token)
        {
            var start = _clock.GetTimestamp();
            var answer = await send(route, token).ConfigureAwait(false);
            memory.Record(_clock.GetElapsedTime(start));
            return answer;
        }
    }

    private static async Task<T> RaceAsync<T>(HedgeAttempt<T> first, HedgeAttempt<T> second, Action<HedgeOutcome> report)
    {
        await Task.WhenAny(first.Answer, second.Answer).ConfigureAwait(false);
        var (early, late) = first.Answer.IsCompleted ? (first, second) : (second, first);
        if (!IsAnswered(early.Answer))
        {
            await ((Task)late.Answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            early = IsAnswered(late.Answer) ? late : first;
        }

        report(!IsAnswered(early.Answer) ? HedgeOutcome.Failed : early == first ? HedgeOutcome.Lost : HedgeOutcome.Won);
        return await early.Answer.ConfigureAwait(false);
    }

    private static bool IsAnswered<T>(Task<T> attempt) => attempt.IsCompletedSuccessfully || attempt.Exception?.InnerException is ProblemException;
}
