using System.Runtime.CompilerServices;

namespace ImageSearch.Hosting.Running;

/// <summary>The last lines of one replica, for any number of readers that may follow.</summary>
internal sealed class LogBuffer(int capacity, TimeProvider clock)
{
    private const int MaxLineLength = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new();
    private TaskCompletionSource _changed = NewSignal();
    private int _written;

    public LogLine Add(string text, bool isError)
    {
        LogLine line;
        TaskCompletionSource changed;
        lock (_lock)
        {
            line = new LogLine(++_written, clock.GetUtcNow(), text.Length > MaxLineLength ? text[..MaxLineLength] : text, isError);
            _lines.Enqueue(line);
            if (_lines.Count > capacity)
            {
                _lines.Dequeue();
            }

            changed = _changed;
            _changed = NewSignal();
        }

        changed.TrySetResult();
        return line;
    }

    /// <summary>What is kept, in one batch, then (when following) what comes; a reader that is too slow misses the lines that fell out.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> ReadAsync(bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = 0;
        while (true)
        {
            LogLine[] batch;
            Task changed;
            lock (_lock)
            {
                batch = [.. _lines.Where(l => l.Number > seen)];
                changed = _changed.Task;
            }

            if (batch.Length > 0)
            {
                seen = batch[^1].Number;
                yield return batch;
            }
            else if (follow)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                yield break;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
