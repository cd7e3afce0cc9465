using System.Collections.Concurrent;
using ImageSearch.Core.Queue;

namespace ImageSearch.Ingest.Tests.Backfill;

/// <summary>To publishers what a broker is: it queues what it is given, twice what it is given twice; it may be away, and come back empty.</summary>
internal sealed class ForgetfulBroker : IWorkQueue
{
    private readonly ConcurrentQueue<ImageId> _waiting = [];
    private int _published;
    private int _looks;

    public bool IsAway { get; set; }

    /// <summary>Messages taken so far.</summary>
    public int Published => _published;

    /// <summary>How often it was counted: a sweep begins with that.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public IReadOnlyCollection<ImageId> Waiting => _waiting;

    public void LoseEverything() => _waiting.Clear();

    public Task PublishAsync(IReadOnlyCollection<string> models, IReadOnlyCollection<WorkItem> items, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        foreach (var item in items)
        {
            _waiting.Enqueue(item.Id);
            Interlocked.Increment(ref _published);
        }

        return Task.CompletedTask;
    }

    public Task<QueueCounts> CountAsync(string model, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        Interlocked.Increment(ref _looks);
        return Task.FromResult(new QueueCounts(_waiting.Count, 0, 0));
    }

    public Task<IReadOnlyList<WorkDelivery>> ReceiveAsync(string model, int max, TimeSpan wait, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CompleteAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RetryAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReturnAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeadLetterAsync(WorkDelivery delivery, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RenewAsync(IReadOnlyCollection<WorkDelivery> deliveries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DiscardAsync(ImageId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    private void ThrowIfAway()
    {
        if (IsAway)
        {
            throw new QueueUnavailableException("The broker is away.");
        }
    }
}
