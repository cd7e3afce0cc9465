using ImageSearch.Index.Search;
using ImageSearch.Index.Snapshots;

namespace ImageSearch.Index.Following;

/// <summary>
/// What the index needs beside following: segments that lie in a snapshot are copied into memory, in large pages, one by one; an index that
/// was built with other parameters than the options', or that is full of what was deleted, is rebuilt.
/// </summary>
internal sealed class IndexMaintenance(
    IndexWriter writer, IndexRebuild rebuild, IndexFactory factory, IndexState state, TimeProvider clock,
    ILogger<IndexMaintenance> logger) : BackgroundService
{
    /// <summary>Of the rows of an index that keeps what is deleted, to be passed by in every search.</summary>
    public const double MostDead = 0.3;

    /// <summary>Fewer rows are passed by in no time.</summary>
    public const int FewRows = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(10);

    private SegmentedIndex? _promoted;
    private bool _told;

    /// <summary>Copies what is to be in memory out of the snapshot that it was loaded from.</summary>
    public static void CopyToMemory(IndexWriter writer, CancellationToken cancellationToken)
    {
        var index = writer.Index;
        var parts = index.Current.Parts; // a slot whose segment is another one by now is left alone
        for (var slot = 0; slot < parts.Length; slot++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (parts[slot].Segment is { } segment && CopiedColumns.BytesToCopy(segment.Columns, index.Allocator) > 0)
            {
                writer.CopyToMemory(index, slot, segment, index.NewSegment(new CopiedColumns(segment.Columns, index.Allocator)));
                GC.KeepAlive(segment);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    Look(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Out of memory, too: what was begun is given back, and the index that serves has all it needs.
                    Log.MaintenanceFailed(logger, AfterFailure, e);
                    await Task.Delay(AfterFailure, clock, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops
        }
    }

    private void Look(CancellationToken cancellationToken)
    {
        var index = writer.Index;
        if (index != _promoted)
        {
            CopyToMemory(writer, cancellationToken);
            _promoted = index;
        }

        if (state.Ready && IsDue(index) && !(_told && !rebuild.Fits(index)))
        {
            _told = !rebuild.Run(factory.ConfiguredKind, cancellationToken);
        }
    }

    private bool IsDue(SegmentedIndex index)
    {
        if (!writer.Kind.Equals(factory.ConfiguredKind))
        {
            return true;
        }

        var rows = index.Current.Parts.Sum(part => (long)part.Rows);
        return !index.MovesRows && rows > FewRows && rows - index.Count > MostDead * rows;
    }
}
