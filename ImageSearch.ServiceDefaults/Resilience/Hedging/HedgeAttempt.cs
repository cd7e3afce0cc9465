namespace ImageSearch.ServiceDefaults.Resilience.Hedging;

/// <summary>One of the attempts of a call; disposing cancels it, and nobody hears of it any more.</summary>
internal sealed class HedgeAttempt<T> : IDisposable
{
    private readonly CancellationTokenSource _cancellation;

    public HedgeAttempt(Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Answer = send(_cancellation.Token);
    }

    public Task<T> Answer { get; }

    /// <returns>Whether it has ended, with an answer or without.</returns>
    public async ValueTask<bool> EndsWithinAsync(TimeSpan time, TimeProvider clock)
    {
        if (!Answer.IsCompleted)
        {
            using var timer = new CancellationTokenSource();
            await Task.WhenAny(Answer, Task.Delay(time, clock, timer.Token)).ConfigureAwait(false);
            await timer.CancelAsync().ConfigureAwait(false);
        }

        return Answer.IsCompleted;
    }

    public void Dispose()
    {
        if (Answer.IsCompleted)
        {
            _cancellation.Dispose();
            return;
        }

        _cancellation.Cancel();
        Answer.ContinueWith(
            static (answer, state) =>
            {
                _ = answer.Exception; // seen, so that it is not reported as one that nobody has seen
                ((CancellationTokenSource)state!).Dispose();
            },
            _cancellation,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
