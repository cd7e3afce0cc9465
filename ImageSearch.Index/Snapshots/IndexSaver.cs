using System.Runtime.InteropServices;
using ImageSearch.Index.Search.Columns;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Snapshots;

/// <summary>
/// Writes an index as it was at one moment into a snapshot. Nobody waits for it: rows are only ever appended behind those of the view and
/// marked with a later version when they go, so the view's can be read in peace. Links alone are written to again; a segment's are copied
/// behind the writer's gate, so that no list is half of one and half of another, and those to later rows are left out when they are loaded.
/// </summary>
internal static unsafe class IndexSaver
{
    private const int SectionsBesideColumns = 3; // dead, tags, state

    /// <param name="pace">Called with the bytes written since the last call, to slow down; it throws to give up.</param>
    public static void Save(IndexView view, string path, SnapshotIdentity identity, DateTimeOffset now, Action<long> pace)
    {
        var snapshot = view.Snapshot;
        var header = new SnapshotHeader(
            identity, view.Kind, view.Position, now, 1 << snapshot.SegmentShift, snapshot.Parts.Length, snapshot.Alive);
        var sections = snapshot.Parts.Sum(part => part.Segment is null ? 0 : part.Segment.Columns.Count + SectionsBesideColumns);
        using var writer = new SnapshotWriter(path, header, sections + SectionsBesideColumns);
        writer.Add(
            SectionNames.Rows, SnapshotSection.WholeIndex, MemoryMarshal.AsBytes<int>(Array.ConvertAll(snapshot.Parts, part => part.Rows)));
        writer.Add(SectionNames.TagSets, SnapshotSection.WholeIndex, TagSetCodec.Encode(view.TagSets));
        var written = 0L;
        for (var slot = 0; slot < snapshot.Parts.Length; slot++)
        {
            if (snapshot.Parts[slot] is { Segment: { } segment, Rows: > 0 and var rows })
            {
                Save(writer, slot, segment, rows, snapshot.Version, view.Gate);
                pace(writer.Bytes - written);
                written = writer.Bytes;
            }
        }

        // After the columns: what it says of them is then not older than they are.
        byte[] state;
        lock (view.Gate)
        {
            state = view.Index.SaveState(snapshot);
        }

        writer.Add(SectionNames.State, SnapshotSection.WholeIndex, state);
        writer.Commit();
    }

    private static void Save(SnapshotWriter writer, int slot, Segment segment, int rows, int version, Lock gate)
    {
        var numbers = new Dictionary<ColumnKind, int>();
        foreach (var (kind, column) in segment.Columns)
        {
            var number = numbers[kind] = numbers.GetValueOrDefault(kind, -1) + 1;
            var bytes = rows == segment.Capacity ? column.Bytes : UsedBytes(column);
            if (SectionNames.IsWrittenAgain(kind))
            {
                var copy = GC.AllocateUninitializedArray<byte>(checked((int)bytes));
                lock (gate)
                {
                    new ReadOnlySpan<byte>(column.Pointer, copy.Length).CopyTo(copy);
                }

                writer.Add(SectionNames.Column(kind, number), slot, copy);
            }
            else
            {
                writer.Add(SectionNames.Column(kind, number), slot, column.Pointer, bytes);
            }
        }

        var dead = new byte[(rows + 7) / 8];
        var tags = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            dead[row >> 3] |= (byte)(segment.IsAlive(row, version) ? 0 : 1 << (row & 7));
            tags[row] = segment.TagSet(row);
        }

        if (dead.AsSpan().ContainsAnyExcept((byte)0))
        {
            writer.Add(SectionNames.Dead, slot, dead);
        }

        if (tags.AsSpan().ContainsAnyExcept(TagSets.None))
        {
            writer.Add(SectionNames.Tags, slot, MemoryMarshal.AsBytes<int>(tags));
        }

        writer.Add(SectionNames.State, slot, segment.SaveState());
        GC.KeepAlive(segment);
    }

    /// <summary>Memory begins as zeros, so zeros at its end need not be stored, however the rows lie in it.</summary>
    private static long UsedBytes(Column column)
    {
        const int Piece = 64 * 1024;
        for (var end = column.Bytes; end > 0;)
        {
            var begin = Math.Max(0, end - Piece);
            var last = new ReadOnlySpan<byte>((byte*)column.Pointer + begin, (int)(end - begin)).LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
            {
                return begin + last + 1;
            }

            end = begin;
        }

        return 0;
    }
}
