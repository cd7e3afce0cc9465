using System.Collections.Concurrent;
using ImageSearch.Core.Models;
using ImageSearch.Web.Peers;
using ImageSearch.Web.Search;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Relevance;

/// <summary>
/// What is known of every model's scores. Asked of the shards at most every <see cref="Lifetime"/>, beside the searches: one that finds
/// nothing known yet waits a moment for it, all others take what is there.
/// </summary>
internal sealed class Calibrations(
    IServiceProvider services, IOptions<SearchOptions> options, TimeProvider time, ILogger<Calibrations> logger)
{
    /// <summary>After this time it is asked for again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>While there is none: a collection that is just being filled is to have one soon.</summary>
    private static readonly TimeSpan LifetimeOfNone = TimeSpan.FromSeconds(2);

    // One entry per declared model at most.
    private readonly ConcurrentDictionary<ModelKey, Entry> _entries = new();

    /// <returns>Null while it cannot be estimated, or is not known in time. Fails only when cancelled.</returns>
    public async Task<Calibration?> FindAsync(ModelRoute model, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(model.Key, _ => new Entry());
        var refresh = entry.Refresh;
        if (entry.IsOld(time) && entry.TryBegin())
        {
            // It is no part of this search, neither of its trace nor of its request.
            using (ExecutionContext.SuppressFlow())
            {
                refresh = entry.Refresh = Task.Run(() => RefreshAsync(model, entry), CancellationToken.None);
            }
        }

        if (entry.Calibration is null && !refresh.IsCompleted)
        {
            try
            {
                await refresh.WaitAsync(options.Value.CalibrationTimeout, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The search goes on without.
            }
        }

        return entry.Calibration;
    }

    /// <summary>
    /// What the scores of one vector mean, where those between pictures tell nothing: words are never as near as pictures are.
    /// </summary>
    /// <returns>Null when it cannot be estimated, or is not known in time. Fails only when cancelled.</returns>
    public async Task<Calibration?> MeasureAsync(ModelRoute model, byte[] vector, CancellationToken cancellationToken)
    {
        var measuring = AskAsync(model, (index, shard, token) => index.StatsAsync(model, shard, vector, token), cancellationToken);
        try
        {
            return Calibrator.EstimateOfOne(await measuring.WaitAsync(options.Value.CalibrationTimeout, time, cancellationToken));
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task RefreshAsync(ModelRoute model, Entry entry)
    {
        try
        {
            var answers = await AskAsync(model, (index, shard, token) => index.StatsAsync(model, shard, token), CancellationToken.None);
            if (answers.Count > 0)
            {
                entry.Calibration = Calibrator.Estimate(answers);
            }
        }
        finally
        {
            entry.End(time.GetTimestamp());
        }
    }

    /// <returns>What those shards tell that are ready.</returns>
    private async Task<IReadOnlyList<IndexStats>> AskAsync(
        ModelRoute model, Func<IndexClient, int, CancellationToken, Task<IndexStats>> ask, CancellationToken cancellationToken)
    {
        var index = services.GetRequiredService<IndexClient>();
        var shards = await Task.WhenAll(
            Enumerable.Range(0, model.Shards).Select(shard => AskAsync(index, model, shard, ask, cancellationToken)));
        return [.. shards.OfType<IndexStats>().Where(stats => stats.Ready && stats.Version == model.Version)];
    }

    private async Task<IndexStats?> AskAsync(
        IndexClient index, ModelRoute model, int shard, Func<IndexClient, int, CancellationToken, Task<IndexStats>> ask,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Value.ShardTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await ask(index, shard, either.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.CalibrationFailed(logger, model.Name, shard, PeerFailure.Describe(e, options.Value.ShardTimeout));
            return null;
        }
    }

    private sealed class Entry
    {
        private int _isBusy;
        private long _asked;
        private bool _wasAsked;

        public volatile Calibration? Calibration;

        public volatile Task Refresh = Task.CompletedTask;

        public bool IsOld(TimeProvider time) =>
            !Volatile.Read(ref _wasAsked)
                || time.GetElapsedTime(Interlocked.Read(ref _asked)) >= (Calibration is null ? LifetimeOfNone : Lifetime);

        public bool TryBegin() => Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0;

        public void End(long at)
        {
            Interlocked.Exchange(ref _asked, at);
            Volatile.Write(ref _wasAsked, true);
            Volatile.Write(ref _isBusy, 0);
        }
    }
}
