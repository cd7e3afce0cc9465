using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.Web.Peers;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>Asks every shard of a model at once, and waits for each only so long.</summary>
internal sealed class ShardSearcher(IndexClient index, IOptions<SearchOptions> options, TimeProvider time, ILogger<ShardSearcher> logger)
{
    /// <summary>
    /// Of what is left of the request's time, this part is kept for the rest of the way, so that an answer in part is in time.
    /// </summary>
    private const double Kept = 0.2;

    private static readonly TimeSpan MostKept = TimeSpan.FromMilliseconds(200);

    /// <returns>One entry per shard, in their order.</returns>
    /// <exception cref="ProblemException">None answered in the time that the client gave.</exception>
    public async Task<IReadOnlyList<ShardAnswer>> SearchAsync(
        ModelRoute model, byte[] vector, SearchParameters parameters, CancellationToken cancellationToken)
    {
        var timeout = TimeToWait();
        var start = time.GetTimestamp();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, model.Shards).Select(shard => SearchAsync(model, shard, vector, parameters, timeout, cancellationToken)));
        var isTheClients = timeout < options.Value.ShardTimeout && time.GetElapsedTime(start) >= timeout;
        // That a client is in a hurry says nothing about the model: it must not be avoided for it.
        return isTheClients && answers.All(answer => answer.Response is null) ? throw Deadline.Current!.Exceeded() : answers;
    }

    private async Task<ShardAnswer> SearchAsync(
        ModelRoute model, int shard, byte[] vector, SearchParameters parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            return new ShardAnswer(
                shard, await index.SearchAsync(model, shard, vector, parameters, new Deadline(timeout, time), deadline.Token), null);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.ShardFailed(logger, model.Name, shard, e);
            return new ShardAnswer(shard, null, PeerFailure.Describe(e, timeout));
        }
    }

    private TimeSpan TimeToWait()
    {
        if (Deadline.Current?.Remaining is not { } remaining)
        {
            return options.Value.ShardTimeout;
        }

        var kept = remaining * Kept;
        remaining -= kept < MostKept ? kept : MostKept;
        return remaining < options.Value.ShardTimeout ? remaining : options.Value.ShardTimeout;
    }
}

/// <summary>A shard's answer, or why there is none.</summary>
internal sealed record ShardAnswer(int Shard, ShardSearchResponse? Response, string? Error)
{
    public ShardReport ToReport() => new(Shard, Response?.Count, Response?.TookMs, Response?.IndexedThrough, Error);
}
