namespace ImageSearch.Core.Idempotency;

/// <summary>What came of asking for a key.</summary>
/// <param name="IsMine">The key is the caller's: to complete, or to release.</param>
/// <param name="Answer">What was answered to the request that had the key before; null while that one is in work, or when the key is the caller's.</param>
public readonly record struct IdempotencyClaim(bool IsMine, IdempotentAnswer? Answer);
