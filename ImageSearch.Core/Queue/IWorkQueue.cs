
namespace ImageSearch.Core.Queue;

/// <summary>
/// One durable at-least-once queue per model. Every implementation passes <c>WorkQueueTests</c>. A delivery is settled exactly once:
/// completed, retried, returned or dead-lettered, by the instance that received it. One that is not (its worker died) comes back.
/// A picture may be delivered more than once: workers look for its outcome in the store before they begin.
/// </summary>
public interface IWorkQueue
{
    /// <summary>
    /// Queues the pictures for each of the models; durable when the task completes. What is waiting or in work already may be queued twice.
    /// What lies there as a dead letter starts anew, its attempts forgotten.
    /// </summary>
    /// <exception cref="QueueUnavailableException">Some may not be queued: leave it to the backfill, or publish all again.</exception>
    Task PublishAsync(IReadOnlyCollection<string> models, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken);

    /// <summary>
    /// Takes at most <paramref name="max"/> due items, those published first before the others, waiting up to <paramref name="wait"/>
    /// for the first. Empty when none came.
    /// </summary>
    Task<IReadOnlyList<WorkDelivery>> ReceiveAsync(string model, int max, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>The work is done and stored: these deliveries are gone for good.</summary>
    Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken);

    /// <summary>The attempt failed for a cause that may pass: deliver again after a back-off that grows with the attempts.</summary>
    Task RetryAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken);

    /// <summary>Not worked on (shutdown): deliver again at once; the attempt does not count.</summary>
    Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken);

    /// <summary>No attempt will ever succeed: keep it aside with its reason until it is published again.</summary>
    Task DeadLetterAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken);

    /// <summary>Extends the leases of work that takes long.</summary>
    Task RenewAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken);

    /// <summary>A picture was deleted. Its items may still be delivered; workers find no picture and complete them.</summary>
    Task DiscardAsync(ImageId id, CancellationToken cancellationToken);

    /// <exception cref="BackendUnavailableException">The queue cannot be asked now.</exception>
    Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken);
}
