using System.Collections.Concurrent;
using ImageSearch.Core.Blobs;

namespace ImageSearch.Extractor.Tests.Extraction;

/// <summary>The real blob store, with reads that a test can make fail or wait.</summary>
internal sealed class GatedBlobStore(IBlobStore inner) : IBlobStore
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, int> _failures = new();
    private readonly ConcurrentDictionary<string, int> _reads = new();

    private volatile Exception _failure = new IOException();
    private int _running;

    /// <summary>Lets reads of this blob wait until the result is set.</summary>
    public TaskCompletionSource Hold(string key) => _gates[key] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets the next reads of this blob fail.</summary>
    public void Fail(string key, int times, Exception? with = null)
    {
        _failure = with ?? new IOException("The disk is away.");
        _failures[key] = times;
    }

    /// <summary>Reads that ran at the same time at most.</summary>
    public int MostAtOnce { get; private set; }

    public int Reads(string key) => _reads.GetValueOrDefault(key);

    public async Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        _reads.AddOrUpdate(key, 1, (_, reads) => reads + 1);
        Enter(1);
        try
        {
            return await ReadAsync(key, cancellationToken);
        }
        finally
        {
            Enter(-1);
        }
    }

    private async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        if (_gates.TryGetValue(key, out var gate))
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        if (_failures.GetValueOrDefault(key) is > 0 and var left)
        {
            _failures[key] = left - 1;
            throw _failure;
        }

        return await inner.GetAsync(key, cancellationToken);
    }

    private void Enter(int by)
    {
        lock (_gates)
        {
            _running += by;
            MostAtOnce = Math.Max(MostAtOnce, _running);
        }
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutAsync(key, content, cancellationToken);

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) => inner.OpenReadAsync(key, cancellationToken);

    public Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) => inner.ExistsAsync(key, cancellationToken);

    public Task<bool> DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
}
