using System.Runtime.CompilerServices;
using ImageSearch.Client.Http;

namespace ImageSearch.Client.Failures;

/// <summary>What models have given up: why, and what to do about it.</summary>
public sealed class FailuresClient
{
    private readonly ApiConnection _api;

    internal FailuresClient(ApiConnection api) => _api = api;

    /// <summary>One page of failures, and how many there are of each reason.</summary>
    /// <param name="limit">Failures at most; null: the server's default.</param>
    /// <param name="cursor"><see cref="FailureList.Next"/> of the page before.</param>
    public Task<FailureList> GetPageAsync(
        string? model = null, string? reason = null, int? limit = null, string? cursor = null,
        CancellationToken cancellationToken = default)
    {
        var path = new QueryString("failures").Add("model", model).Add("reason", reason).Add("limit", limit).Add("cursor", cursor);
        return _api.SendAsync(ApiCall.Get(path.ToString()), ContractsJson.Default.FailureList, cancellationToken);
    }

    /// <summary>Failures; pages are asked for as they are wanted.</summary>
    public async IAsyncEnumerable<Failure> ListAsync(
        string? model = null, string? reason = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            var page = await GetPageAsync(model, reason, null, cursor, cancellationToken).ConfigureAwait(false);
            foreach (var failure in page.Failures)
            {
                yield return failure;
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>Puts failures back to work.</summary>
    public Task<RetryResponse> RetryAsync(FailuresRequest selection, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post("failures/retry", selection, ContractsJson.Default.FailuresRequest) with { Repeatable = true },
        ContractsJson.Default.RetryResponse, cancellationToken);

    /// <summary>Deletes the pictures that failed from the collection.</summary>
    public Task<DiscardResponse> DiscardAsync(FailuresRequest selection, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post("failures/discard", selection, ContractsJson.Default.FailuresRequest) with { Repeatable = true },
        ContractsJson.Default.DiscardResponse, cancellationToken);
}
