using System.Collections;
using System.Runtime.InteropServices;
using ImageSearch.Index.Search;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Snapshots;

/// <summary>Makes an index of a snapshot: full segments are views of the mapped file, the one that is being filled is copied.</summary>
internal static class IndexLoader
{
    /// <param name="create">
    /// Makes an empty index of the kind; throws <see cref="InvalidSnapshotException"/> when it knows none of that name.
    /// </param>
    /// <exception cref="InvalidSnapshotException">What is in the file does not fit together.</exception>
    public static SegmentedIndex Load(SnapshotReader snapshot, Func<IndexKind, SegmentedIndex> create)
    {
        var header = snapshot.Header;
        var index = create(header.Kind);
        if (header.SegmentRows != index.SegmentRows)
        {
            throw new InvalidSnapshotException($"its segments have {header.SegmentRows} rows, and this program's {index.SegmentRows}");
        }

        var rows = MemoryMarshal.Cast<byte, int>(snapshot.Read(SectionNames.Rows, SnapshotSection.WholeIndex));
        if (rows.Length != header.Segments || rows.ContainsAnyExceptInRange(0, header.SegmentRows)
            || Unfinished(rows, header.SegmentRows) > 1)
        {
            throw new InvalidSnapshotException("its segments do not have the rows that they can have");
        }

        var map = snapshot.Map();
        var segments = new Segment?[rows.Length];
        for (var slot = 0; slot < segments.Length; slot++)
        {
            if (rows[slot] > 0)
            {
                segments[slot] = index.NewSegment(
                    new SnapshotColumns(snapshot, map, slot, rows[slot] == header.SegmentRows, index.Allocator));
                Restore(snapshot, slot, segments[slot]!, rows[slot]);
            }
        }

        index.Restore(
            segments,
            TagSetCodec.Decode(snapshot.Read(SectionNames.TagSets, SnapshotSection.WholeIndex)),
            snapshot.Read(SectionNames.State, SnapshotSection.WholeIndex));
        return index.Count == header.Alive
            ? index
            : throw new InvalidSnapshotException($"it has {index.Count} vectors instead of {header.Alive}");
    }

    private static void Restore(SnapshotReader snapshot, int slot, Segment segment, int rows)
    {
        BitArray? dead = null;
        if (snapshot.Find(SectionNames.Dead, slot) is not null)
        {
            dead = new BitArray(snapshot.Read(SectionNames.Dead, slot));
        }

        int[]? tags = null;
        if (snapshot.Find(SectionNames.Tags, slot) is not null)
        {
            tags = new int[segment.Capacity];
            MemoryMarshal.Cast<byte, int>(snapshot.Read(SectionNames.Tags, slot)).CopyTo(tags);
        }

        segment.Restore(rows, dead, tags, snapshot.Read(SectionNames.State, slot));
    }

    private static int Unfinished(ReadOnlySpan<int> rows, int full)
    {
        var unfinished = 0;
        foreach (var count in rows)
        {
            unfinished += count > 0 && count < full ? 1 : 0;
        }

        return unfinished;
    }
}
