using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Snapshots;

/// <summary>
/// The columns of one segment out of a snapshot: where they stay as they are, the mapped file itself, so that nothing is read before
/// somebody searches in it; where they are written to, a copy.
/// </summary>
/// <param name="isFull">No row will be added to the segment.</param>
internal sealed unsafe class SnapshotColumns(
    SnapshotReader snapshot, MappedFile map, int slot, bool isFull, ColumnAllocator own) : ColumnAllocator
{
    private readonly Dictionary<ColumnKind, int> _numbers = [];

    public override Column Allocate(ColumnKind kind, long bytes)
    {
        var number = _numbers.GetValueOrDefault(kind);
        _numbers[kind] = number + 1;
        var section = snapshot.Get(SectionNames.Column(kind, number), slot);
        if (section.Length > bytes || (isFull && section.Length != bytes))
        {
            throw new InvalidSnapshotException(
                $"its section {section.Name} of segment {slot} has {section.Length} bytes instead of {bytes}");
        }

        if (isFull && !SectionNames.IsWrittenAgain(kind))
        {
            return new SnapshotColumn(map, section);
        }

        var copy = own.Allocate(kind, bytes);
        Buffer.MemoryCopy(map.Pointer + section.Offset, copy.Pointer, copy.Bytes, section.Length);
        return copy;
    }
}

/// <summary>A section of a mapped snapshot, for reading only.</summary>
internal sealed unsafe class SnapshotColumn(MappedFile file, SnapshotSection section) : Column
{
    public override void* Pointer => file.Pointer + section.Offset;

    public override long Bytes => section.Length;

    public override bool IsResident => false;
}
