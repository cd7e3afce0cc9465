namespace ImageSearch.Core.Idempotency;

/// <summary>What a request was answered, to be answered again when it is repeated.</summary>
/// <param name="Fingerprint">Of what was asked: another one is another request under the same key.</param>
/// <param name="Body">The answer, as it was sent.</param>
public sealed record IdempotentAnswer(string Fingerprint, string Body);
