namespace ImageSearch.Core.Queue;

/// <summary>
/// The broker did not take the work. What the store knows to be pending is queued by the backfill once the broker is back.
/// </summary>
public sealed class QueueUnavailableException(string message, Exception? innerException = null)
    : BackendUnavailableException(message, innerException);
