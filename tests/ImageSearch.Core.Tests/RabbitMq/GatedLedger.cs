using ImageSearch.Core.Images;
using ImageSearch.Core.Queue;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>A real ledger whose answers to leases are held up until the test lets them go.</summary>
internal sealed class GatedLedger(IWorkLedger ledger) : IWorkLedger
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when something has been leased.</summary>
    public Task Leased => _asked.Task;

    public void Open() => _answer.SetResult();

    public Task<IReadOnlyList<WorkDelivery>> LeaseAsync(string model, IReadOnlyCollection<ImageId> ids, TimeSpan lease, CancellationToken cancellationToken) =>
        HoldUpAsync(ledger.LeaseAsync(model, ids, lease, cancellationToken));

    public Task<IReadOnlyList<LedgerEntry>> EnterAsync(IReadOnlyCollection<string> models, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken) =>
        ledger.EnterAsync(models, items, cancellationToken);

    public Task OfferAsync(IReadOnlyCollection<LedgerEntry> entries, CancellationToken cancellationToken) => ledger.OfferAsync(entries, cancellationToken);

    public Task<IReadOnlyList<WorkDelivery>> LeaseDueAsync(string model, int max, TimeSpan lease, CancellationToken cancellationToken) =>
        ledger.LeaseDueAsync(model, max, lease, cancellationToken);

    public Task<IReadOnlyList<WorkDelivery>> LeaseWaitingAsync(string model, int max, TimeSpan age, TimeSpan lease, CancellationToken cancellationToken) =>
        HoldUpAsync(ledger.LeaseWaitingAsync(model, max, age, lease, cancellationToken));

    public Task<bool> AnyAsync(string model, CancellationToken cancellationToken) => ledger.AnyAsync(model, cancellationToken);

    public Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => ledger.CompleteAsync(deliveries, cancellationToken);

    public Task<bool> RetryAsync(WorkDelivery delivery, string reason, TimeSpan delay, CancellationToken cancellationToken) =>
        ledger.RetryAsync(delivery, reason, delay, cancellationToken);

    public Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => ledger.ReturnAsync(deliveries, cancellationToken);

    public Task<bool> DeadLetterAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken) => ledger.DeadLetterAsync(delivery, reason, cancellationToken);

    public Task RenewAsync(IReadOnlyCollection<WorkDelivery> deliveries, TimeSpan lease, CancellationToken cancellationToken) => ledger.RenewAsync(deliveries, lease, cancellationToken);

    public Task<IReadOnlyList<string>> DiscardAsync(ImageId id, CancellationToken cancellationToken) => ledger.DiscardAsync(id, cancellationToken);

    public Task<IReadOnlySet<ImageId>> FindDeadAsync(string model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken) =>
        ledger.FindDeadAsync(model, ids, cancellationToken);

    public Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken) => ledger.CountAsync(model, cancellationToken);

    public Task RemoveModelAsync(string model, CancellationToken cancellationToken) => ledger.RemoveModelAsync(model, cancellationToken);

    private async Task<IReadOnlyList<WorkDelivery>> HoldUpAsync(Task<IReadOnlyList<WorkDelivery>> leasing)
    {
        var leased = await leasing;
        if (leased.Count > 0)
        {
            _asked.TrySetResult();
            await _answer.Task;
        }

        return leased;
    }
}
