using System.Buffers;
using System.Runtime.Intrinsics;
using ImageSearch.Core.Contracts;
using ImageSearch.Index.Search.Kernels;

namespace ImageSearch.Index.Search;

/// <summary>
/// One scan of all rows for one query or a batch of them, by the thread that asks and as many others as come to help. Work is given out in
/// blocks of panels; who is free takes the next. So a helper that the thread pool has no thread for costs nothing: when it comes, nothing is
/// left to do, and nobody has waited for it.
/// </summary>
/// <remarks>
/// A block is small enough to stay in the second-level cache while every group of the batch's queries passes over it, and its scores stay in
/// the first-level cache until they are looked through, which for most is one comparison for 16 of them.
/// </remarks>
internal sealed unsafe class PanelScan : IThreadPoolWorkItem
{
    private const int BlockBytes = 256 * 1024;
    private const int BlockPanels = 63;

    /// <summary>Less is done before another thread has woken up.</summary>
    private const int BlocksWorthAThread = 4;

    private readonly PanelKernel _kernel;
    private readonly Snapshot _snapshot;
    private readonly SearchFilter _filter;
    private readonly int _dimension;
    private readonly int _queries;
    private readonly int _blockPanels;
    private readonly float* _values; // queries one after the other, or interleaved in groups
    private readonly CancellationToken _cancellationToken;
    private readonly object _gate = new();
    private readonly TopK[] _best;

    private int _nextBlock;
    private int _helping;
    private bool _closed;
    private Exception? _failure;

    private PanelScan(PanelKernel kernel, Snapshot snapshot, float* values, int queries, int dimension, SearchFilter filter, CancellationToken cancellationToken)
    {
        (_kernel, _snapshot, _queries, _dimension, _filter, _cancellationToken) = (kernel, snapshot, queries, dimension, filter, cancellationToken);
        _values = values;
        // Three panels at a time is what kernels like best.
        _blockPanels = Math.Clamp(BlockBytes / (dimension * PanelKernel.Rows * sizeof(float)) / 3 * 3, 3, BlockPanels);
        _best = NewTops();
    }

    /// <summary>Floats of scores per row of a block.</summary>
    private int GroupSize => _queries == 1 ? 1 : _kernel.BatchQueries;

    /// <param name="queries">One after the other, each <paramref name="dimension"/> floats.</param>
    /// <param name="threads">That may work on it, the caller's included.</param>
    /// <returns>The best of each query.</returns>
    public static TopK[] Run(
        PanelKernel kernel, Snapshot snapshot, ReadOnlySpan<float> queries, int dimension, SearchFilter filter, int threads, CancellationToken cancellationToken)
    {
        var count = queries.Length / dimension;
        if (count == 1)
        {
            fixed (float* values = queries)
            {
                return new PanelScan(kernel, snapshot, values, 1, dimension, filter, cancellationToken).Run(threads);
            }
        }

        var group = kernel.BatchQueries * dimension;
        var groups = (count + kernel.BatchQueries - 1) / kernel.BatchQueries;
        var interleaved = ArrayPool<float>.Shared.Rent(groups * group);
        try
        {
            for (var g = 0; g < groups; g++)
            {
                kernel.Interleave(queries[(g * group)..Math.Min((g + 1) * group, queries.Length)], dimension, interleaved.AsSpan(g * group, group));
            }

            fixed (float* values = interleaved)
            {
                return new PanelScan(kernel, snapshot, values, count, dimension, filter, cancellationToken).Run(threads);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(interleaved);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return; // too late to help: the queries are no longer there
            }

            _helping++;
        }

        try
        {
            var best = NewTops();
            Work(best);
            lock (_gate)
            {
                for (var i = 0; i < best.Length; i++)
                {
                    _best[i].Add(best[i]);
                }
            }
        }
        catch (Exception e)
        {
            Volatile.Write(ref _failure, e);
        }
        finally
        {
            lock (_gate)
            {
                _helping--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private TopK[] Run(int threads)
    {
        var blocks = 0;
        foreach (var part in _snapshot.Parts)
        {
            blocks += BlocksOf(part);
        }

        for (var i = 1; i < Math.Min(threads, blocks / BlocksWorthAThread); i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        try
        {
            var best = NewTops();
            Work(best);
            lock (_gate)
            {
                for (var i = 0; i < best.Length; i++)
                {
                    _best[i].Add(best[i]);
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _closed = true;
                while (_helping > 0)
                {
                    Monitor.Wait(_gate); // for the block that each helper is at, and no more: none is left to take
                }
            }
        }

        return _failure is null ? _best : throw _failure;
    }

    private void Work(TopK[] best)
    {
        var scores = ArrayPool<float>.Shared.Rent(GroupSize * _blockPanels * PanelKernel.Rows);
        try
        {
            fixed (float* pointer = scores)
            {
                for (var (i, part, before) = (Take(), 0, 0); part < _snapshot.Parts.Length;)
                {
                    var blocks = BlocksOf(_snapshot.Parts[part]);
                    if (i >= before + blocks)
                    {
                        before += blocks;
                        part++;
                        continue;
                    }

                    _cancellationToken.ThrowIfCancellationRequested();
                    Work(_snapshot.Parts[part], i - before, pointer, best);
                    i = Take();
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    private void Work(SnapshotPart part, int block, float* scores, TopK[] best)
    {
        var first = block * _blockPanels * PanelKernel.Rows;
        var rows = Math.Min(part.Rows - first, _blockPanels * PanelKernel.Rows);
        var panels = (rows + PanelKernel.Rows - 1) / PanelKernel.Rows;
        var memory = part.Segment.Panels(block * _blockPanels);
        if (_queries == 1)
        {
            _kernel.Score(memory, panels, _values, _dimension, scores);
            Select(part.Segment, first, rows, scores, best[0]);
        }
        else
        {
            var stride = _blockPanels * PanelKernel.Rows;
            for (var query = 0; query < _queries; query += _kernel.BatchQueries)
            {
                _kernel.ScoreBatch(memory, panels, _values + ((nint)query * _dimension), _dimension, scores, stride);
                for (var i = 0; i < _kernel.BatchQueries && query + i < _queries; i++)
                {
                    Select(part.Segment, first, rows, scores + ((nint)i * stride), best[query + i]);
                }
            }
        }

        GC.KeepAlive(part.Segment); // its memory was read through a pointer
    }

    /// <summary>Looks through scores: sixteen at a time, and at single ones only where one of them may be among the best.</summary>
    private void Select(Segment segment, int first, int rows, float* scores, TopK best)
    {
        for (var i = 0; i < rows; i += PanelKernel.Rows)
        {
            if (!Vector512.GreaterThanOrEqualAny(Vector512.Load(scores + i), Vector512.Create(best.Threshold)))
            {
                continue;
            }

            for (var row = i; row < Math.Min(i + PanelKernel.Rows, rows); row++)
            {
                if (scores[row] >= best.Threshold && segment.IsAlive(first + row, _snapshot.Version)
                    && (_filter.Tag is null || segment.Tags(first + row).Contains(_filter.Tag)))
                {
                    best.Add(new ShardHit(segment.Id(first + row), scores[row]));
                }
            }
        }
    }

    private int Take() => Interlocked.Increment(ref _nextBlock) - 1;

    private int BlocksOf(SnapshotPart part)
    {
        var rows = _blockPanels * PanelKernel.Rows;
        return (part.Rows + rows - 1) / rows;
    }

    private TopK[] NewTops()
    {
        var tops = new TopK[_queries];
        for (var i = 0; i < tops.Length; i++)
        {
            tops[i] = new TopK(_filter.K, _filter.MinimumScore);
        }

        return tops;
    }
}
