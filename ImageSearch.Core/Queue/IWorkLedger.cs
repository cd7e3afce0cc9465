using ImageSearch.Core.Images;

namespace ImageSearch.Core.Queue;

/// <summary>
/// What a message broker cannot do for a work queue: know that a picture is queued already, take one out by its id, count what is in work,
/// and give work back at a time or to nobody in particular. One entry per model and picture, durable when a task completes:
/// <code>
/// waiting (a message brings it) -> leased -> gone
///    ^                               |-> waiting, may be taken without a message from a time on (retried, returned)
///    |  published anew               |-> waiting at once when the lease ends
///    +------------------------ dead &lt;-+
/// </code>
/// The message is the fast way to an entry and the entry is the truth: a message without an entry that waits is dropped, an entry whose
/// message was lost is found here. So messages may repeat and vanish, and nothing is done twice or lost.
/// </summary>
internal interface IWorkLedger
{
    /// <summary>Enters the items for each of the models. What waits or is leased stays as it is; a dead entry starts anew.</summary>
    /// <returns>The entries that are new, and those started anew: for them messages are to be sent.</returns>
    Task<IReadOnlyList<LedgerEntry>> EnterAsync(IReadOnlyCollection<string> models, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken);

    /// <summary>No message could be sent for these: they may be taken without one, at once.</summary>
    Task OfferAsync(IReadOnlyCollection<LedgerEntry> entries, CancellationToken cancellationToken);

    /// <summary>Leases those of the pictures whose entries wait and are not held back until later. The others are not this caller's to work on.</summary>
    Task<IReadOnlyList<WorkDelivery>> LeaseAsync(string model, IReadOnlyCollection<ImageId> ids, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Leases entries that may be taken without a message: retried and due, returned, offered, leases that have ended. Longest due first.</summary>
    Task<IReadOnlyList<WorkDelivery>> LeaseDueAsync(string model, int max, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Leases entries that have waited for a message for at least this long: for a worker to which the broker brings nothing.</summary>
    Task<IReadOnlyList<WorkDelivery>> LeaseWaitingAsync(string model, int max, TimeSpan age, TimeSpan lease, CancellationToken cancellationToken);

    /// <returns>Whether there is an entry that could be leased now, its message being on its way or not needed.</returns>
    Task<bool> AnyAsync(string model, CancellationToken cancellationToken);

    /// <summary>Removes the entries that are still leased to these deliveries.</summary>
    Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken);

    /// <summary>Lets the entry wait for the delay; then it may be taken without a message.</summary>
    /// <returns>False when the lease was another's already; so for all that settle.</returns>
    Task<bool> RetryAsync(WorkDelivery delivery, string reason, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Lets the entries wait as if they had not been leased; they may be taken without a message, at once and before what came later.</summary>
    Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken);

    Task<bool> DeadLetterAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken);

    Task RenewAsync(IReadOnlyCollection<WorkDelivery> deliveries, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Removes the picture's entries of all models.</summary>
    /// <returns>The models in which it lay as a dead letter.</returns>
    Task<IReadOnlyList<string>> DiscardAsync(ImageId id, CancellationToken cancellationToken);

    /// <returns>Those of the pictures that lie as dead letters.</returns>
    Task<IReadOnlySet<ImageId>> FindDeadAsync(string model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken);

    /// <summary>An entry whose lease has ended counts as waiting.</summary>
    Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken);

    /// <summary>Removes every entry of a model that is no longer declared.</summary>
    Task RemoveModelAsync(string model, CancellationToken cancellationToken);
}
