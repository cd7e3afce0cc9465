namespace ImageSearch.Core.RabbitMq;

/// <summary>
/// Messages that the broker has brought and nobody has asked for yet, in their order; bounded by the prefetch. Whoever waits is woken by the
/// first that comes.
/// </summary>
internal sealed class MessageBuffer
{
    private readonly Lock _lock = new();
    private readonly LinkedList<RabbitMqMessage> _messages = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(RabbitMqMessage message)
    {
        lock (_lock)
        {
            _messages.AddLast(message);
            _arrival.TrySetResult();
        }
    }

    /// <summary>Puts messages back where they were taken.</summary>
    public void PutBack(IReadOnlyList<RabbitMqMessage> messages)
    {
        lock (_lock)
        {
            foreach (var message in messages.Reverse())
            {
                _messages.AddFirst(message);
            }

            _arrival.TrySetResult();
        }
    }

    /// <summary>Takes what is there; what came in a session that has ended is the broker's again, and forgotten.</summary>
    public List<RabbitMqMessage> Take(int max)
    {
        var taken = new List<RabbitMqMessage>();
        lock (_lock)
        {
            while (taken.Count < max && _messages.First is { } first)
            {
                _messages.RemoveFirst();
                if (first.Value.Session.IsOpen)
                {
                    taken.Add(first.Value);
                }
            }
        }

        return taken;
    }

    /// <summary>Completes when there is a message, and after the time.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task arrival;
        lock (_lock)
        {
            if (_messages.Count > 0)
            {
                return;
            }

            if (_arrival.Task.IsCompleted)
            {
                _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            arrival = _arrival.Task;
        }

        try
        {
            await arrival.WaitAsync(atMost, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
        }
    }
}
