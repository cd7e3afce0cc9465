using ImageSearch.Core.Store;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Rows;
using ImageSearch.Index.Snapshots;

namespace ImageSearch.Index.Following;

/// <summary>
/// Builds a second index of the vectors that the followed one holds, with other parameters or just without what is dead, and puts it in its
/// place:
/// <code>
/// 1  take a view, and have the ids written down that change from now on
/// 2  copy the view's living rows, page by page
/// 3  copy what changed meanwhile, until hardly anything changes during a round
/// 4  behind the writer's gate: copy the rest, exchange the reference
/// </code>
/// Searches go on in the old one, and those that began in it end in it; then its memory is collected.
/// </summary>
internal sealed class IndexRebuild(IndexWriter writer, IndexFactory factory, ILogger<IndexRebuild> logger)
{
    private const int PageRows = 1024;

    /// <summary>So few changes are copied behind the gate without anybody noticing.</summary>
    private const int FewChanges = 64;

    /// <summary>Changes come faster than they can be copied: then the gate is closed for the rest, however many.</summary>
    private const int MostRounds = 100;

    /// <summary>Bytes that an index of the same vectors would take beside the followed one, about.</summary>
    public static long BytesNeeded(SegmentedIndex index)
    {
        var rows = index.Current.Parts.Sum(part => (long)part.Rows);
        return rows == 0 ? 0 : (long)((double)index.Memory.Total / rows * index.Count) + CopiedColumns.BytesToCopy(index);
    }

    /// <summary>Whether old and new fit below the memory limit together.</summary>
    public bool Fits(SegmentedIndex index) =>
        writer.MemoryLimit == long.MaxValue || index.Memory.Total + BytesNeeded(index) <= writer.MemoryLimit;

    /// <returns>Whether the new index is in the place of the old one. False: it would not fit, or another is followed meanwhile.</returns>
    public bool Run(IndexKind kind, CancellationToken cancellationToken)
    {
        if (!Fits(writer.Index))
        {
            Log.RebuildDoesNotFit(logger, kind, BytesNeeded(writer.Index) >> 20, writer.MemoryLimit >> 20);
            return false;
        }

        var started = TimeProvider.System.GetTimestamp();
        var view = writer.BeginRebuild();
        try
        {
            Log.Rebuilding(logger, view.Kind, kind, view.Snapshot.Alive);
            var next = factory.Create(kind);
            CopyRows(view, next, cancellationToken);
            for (var round = 0; round < MostRounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var changes = writer.TakeChanges(view.Index, PageRows);
                next.Apply(changes);
                if (changes.Count <= FewChanges)
                {
                    break;
                }
            }

            if (!writer.CompleteRebuild(view.Index, next, kind))
            {
                return false;
            }

            Log.Rebuilt(logger, kind, next.Count, TimeProvider.System.GetElapsedTime(started));
            return true;
        }
        finally
        {
            writer.AbandonRebuild(view.Index);
        }
    }

    private static void CopyRows(IndexView view, SegmentedIndex next, CancellationToken cancellationToken)
    {
        var page = new List<VectorChange>(PageRows);
        foreach (var (segment, rows) in view.Snapshot.Parts)
        {
            for (var row = 0; row < rows; row++)
            {
                if (!segment!.IsAlive(row, view.Snapshot.Version))
                {
                    continue;
                }

                page.Add(Copy(view, segment, row, next.Dimension));
                if (page.Count == PageRows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    next.Apply(page);
                    page.Clear();
                }
            }

            GC.KeepAlive(segment);
        }

        next.Apply(page);
    }

    private static VectorChange Copy(IndexView view, Segment segment, int row, int dimension)
    {
        var vector = new float[dimension];
        segment.CopyVector(row, vector);
        return new VectorChange(segment.Id(row), vector, view.TagSets[segment.TagSet(row)]);
    }
}
