using System.Security.Cryptography;
using ImageSearch.Core;
using ImageSearch.Core.Idempotency;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Ingest.Uploads;

/// <summary>
/// An upload's hold on its key, renewed while the upload lasts: when the process dies the key is soon free for the next try. What ends
/// without an answer leaves the key free.
/// </summary>
internal sealed class UploadClaim : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly IIdempotencyStore _store;
    private readonly string _key;
    private readonly string _owner;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing = Task.CompletedTask;
    private bool _isOpen;

    private UploadClaim(IIdempotencyStore store, string key, string owner, IdempotencyClaim claim, TimeProvider time)
    {
        (_store, _key, _owner, Answer) = (store, key, owner, claim.Answer);
        if (claim.IsMine)
        {
            _isOpen = true;
            _renewing = RenewAsync(time);
        }
    }

    /// <summary>What an earlier upload with this key was answered; null when this one is the first.</summary>
    public IdempotentAnswer? Answer { get; }

    /// <exception cref="ProblemException">Another upload with this key is in work.</exception>
    public static async Task<UploadClaim> TakeAsync(
        IIdempotencyStore store, string key, TimeProvider time, CancellationToken cancellationToken)
    {
        var owner = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var claim = await store.ClaimAsync(key, owner, Lease, cancellationToken);
        return claim.IsMine || claim.Answer is not null
            ? new UploadClaim(store, key, owner, claim, time)
            : throw new ProblemException(
                StatusCodes.Status409Conflict, "idempotency-in-flight",
                "An upload with this Idempotency-Key is in work: wait for its answer, or send this one again in a few seconds.")
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
    }

    public async Task CompleteAsync(IdempotentAnswer answer, TimeSpan keep)
    {
        try
        {
            // When another has taken the key over, its answer is the one that counts; this upload has been carried out all the same.
            await _store.CompleteAsync(_key, _owner, answer, keep, CancellationToken.None);
            _isOpen = false;
        }
        catch (BackendUnavailableException)
        {
            // The pictures are in: their client is told so. Should it ask again, it hears that they are duplicates.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
        if (_isOpen)
        {
            try
            {
                await _store.ReleaseAsync(_key, _owner, CancellationToken.None);
            }
            catch (BackendUnavailableException)
            {
                // Free when the lease ends.
            }
        }
    }

    /// <summary>Ends with the upload, or with the store, without which the upload fails soon by itself.</summary>
    private async Task RenewAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Lease / 3, time);
        while (await timer.WaitForNextTickAsync(_ended.Token))
        {
            await _store.RenewAsync(_key, _owner, Lease, _ended.Token);
        }
    }
}
