using ImageSearch.Core.Imports;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>
/// One worker's turn at one import.
/// <code>
///   sources, behind the last settled one -> window of sources in work (a few at a time) -> settled in order -> saved every so often
/// </code>
/// Only an unbroken beginning of the sources counts as settled: after a crash what was in the window is done again, as duplicates at
/// worst, and nothing is left out. At shutdown, and when the import is cancelled, the window is worked off, so that nothing is done again.
/// </summary>
internal sealed class ImportRun(
    ImportRecord import,
    string worker,
    IImportStore imports,
    ImportSources sources,
    ImportRunner runner,
    IngestOptions options,
    TimeProvider time) : IDisposable
{
    /// <summary>A slow source must not keep the others from being worked on, nor the window from having an end.</summary>
    private const int WindowPerSlot = 4;

    /// <summary>For work in flight at shutdown; less than the 8 s that every service is given to stop.</summary>
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(5);

    private readonly ImportProgress _progress = new(import, time);
    private readonly SemaphoreSlim _slots = new(options.ImportConcurrency);
    private readonly CancellationTokenSource _abandon = new();
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Queue<(string? Path, Task<SourceOutcome> Work)> _window = [];
    private long _savedAt = time.GetTimestamp();

    /// <returns>How it ended.</returns>
    public async Task<ImportRunEnd> RunAsync(CancellationToken shutdown)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown, _cancelled.Token);
        var end = await RunUntilStoppedAsync(stop.Token);
        return end == ImportRunEnd.Interrupted && !shutdown.IsCancellationRequested ? ImportRunEnd.Cancelled : end;
    }

    public void Dispose()
    {
        _slots.Dispose();
        _abandon.Dispose();
        _cancelled.Dispose();
    }

    private async Task<ImportRunEnd> RunUntilStoppedAsync(CancellationToken stopping)
    {
        using var registration = stopping.Register(() => _abandon.CancelAfter(ShutdownGrace));
        try
        {
            if (import.Total is null && !await ListAsync(stopping))
            {
                return ImportRunEnd.LeaseLost;
            }

            return await WorkAsync(Rest(), stopping);
        }
        catch (ProblemException e)
        {
            _progress.AddProblem(new ImportProblem("folder", e.Message));
            return await FinishAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await SaveAsync(CancellationToken.None);
            return ImportRunEnd.Interrupted;
        }
        finally
        {
            await _abandon.CancelAsync();
            await Task.WhenAll(_window.Select(source => source.Work)).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Counts a folder's pictures, which may take longer than the lease.</summary>
    private async Task<bool> ListAsync(CancellationToken stopping)
    {
        var count = Task.Run(() => sources.List(import).TakeWhile(_ => !stopping.IsCancellationRequested).LongCount(), stopping);
        while (!count.IsCompleted)
        {
            await Task.WhenAny(count, Task.Delay(options.ImportSaveInterval, time, stopping));
            stopping.ThrowIfCancellationRequested();
            if (!await SaveAsync(stopping))
            {
                return false;
            }
        }

        _progress.Listed(await count);
        return await SaveAsync(stopping);
    }

    /// <summary>A folder changes while nobody works on it: a count would leave out files, or take some twice.</summary>
    private IEnumerable<ImportSource> Rest() =>
        _progress.Last is { } last ? sources.List(import, after: last) : sources.List(import).Skip((int)_progress.Position);

    private async Task<ImportRunEnd> WorkAsync(IEnumerable<ImportSource> sources, CancellationToken stopping)
    {
        using var rest = sources.GetEnumerator();
        var more = true;
        while (true)
        {
            while (more && !stopping.IsCancellationRequested && _window.Count < WindowPerSlot * options.ImportConcurrency)
            {
                more = rest.MoveNext();
                if (more)
                {
                    _window.Enqueue((rest.Current.Path, SettleAsync(rest.Current)));
                }
            }

            if (_window.Count == 0)
            {
                break;
            }

            await WaitForHeadAsync();
            while (_window.TryPeek(out var head) && head.Work.IsCompleted)
            {
                _progress.Settle(await head.Work, head.Path);
                _ = _window.Dequeue();
            }

            if (IsSaveDue() && !await SaveAsync(_abandon.Token))
            {
                return ImportRunEnd.LeaseLost;
            }
        }

        if (!more)
        {
            return await FinishAsync();
        }

        await SaveAsync(CancellationToken.None);
        return ImportRunEnd.Interrupted;
    }

    private async Task<SourceOutcome> SettleAsync(ImportSource source)
    {
        await _slots.WaitAsync(_abandon.Token);
        try
        {
            return await runner.SettleAsync(source, import, _abandon.Token);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task WaitForHeadAsync()
    {
        using var waited = new CancellationTokenSource();
        await Task.WhenAny(_window.Peek().Work, Task.Delay(options.ImportSaveInterval, time, waited.Token));
        await waited.CancelAsync();
    }

    private bool IsSaveDue() => _progress.Unsaved >= options.ImportSaveEvery || time.GetElapsedTime(_savedAt) >= options.ImportSaveInterval;

    private async Task<ImportRunEnd> FinishAsync()
    {
        _progress.Finish();
        return await SaveAsync(CancellationToken.None) ? ImportRunEnd.Finished : ImportRunEnd.LeaseLost;
    }

    /// <returns>False when another worker has the import.</returns>
    private async Task<bool> SaveAsync(CancellationToken cancellationToken)
    {
        _savedAt = time.GetTimestamp();
        var outcome = await imports.SaveAsync(_progress.Snapshot(), worker, options.ImportLease, cancellationToken);
        if (outcome == ImportSaveOutcome.Cancelled)
        {
            await _cancelled.CancelAsync();
        }

        return outcome != ImportSaveOutcome.LeaseLost;
    }
}
