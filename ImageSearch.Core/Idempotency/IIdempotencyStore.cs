namespace ImageSearch.Core.Idempotency;

/// <summary>
/// Keys under which clients send requests that are to be carried out once, however often they come. Every implementation passes
/// <c>IdempotencyStoreTests</c>.
/// </summary>
public interface IIdempotencyStore
{
    /// <summary>No answer is kept for longer: one that would be is from before the clock was set back.</summary>
    static TimeSpan LongestKept => TimeSpan.FromDays(31);

    /// <summary>Takes a key that is new, whose answer has expired, or whose owner no longer renews it (it died).</summary>
    /// <param name="owner">Unguessable; proof that the key is still the caller's.</param>
    /// <param name="lease">How long the key stays the caller's without renewal.</param>
    Task<IdempotencyClaim> ClaimAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <returns>False when the key is another's by now; so for <see cref="CompleteAsync"/>.</returns>
    Task<bool> RenewAsync(string key, string owner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Keeps the answer for so long.</summary>
    Task<bool> CompleteAsync(string key, string owner, IdempotentAnswer answer, TimeSpan keep, CancellationToken cancellationToken);

    /// <summary>Nothing was done: the key is free again.</summary>
    Task ReleaseAsync(string key, string owner, CancellationToken cancellationToken);
}

/// <summary>What came of asking for a key.</summary>
/// <param name="IsMine">The key is the caller's: to complete, or to release.</param>
/// <param name="Answer">
/// What was answered to the request that had the key before; null while that one is in work, or when the key is the caller's.
/// </param>
public readonly record struct IdempotencyClaim(bool IsMine, IdempotentAnswer? Answer);

/// <summary>What a request was answered, to be answered again when it is repeated.</summary>
/// <param name="Fingerprint">Of what was asked: another one is another request under the same key.</param>
/// <param name="Body">The answer, as it was sent.</param>
public sealed record IdempotentAnswer(string Fingerprint, string Body);
