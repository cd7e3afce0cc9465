using ImageSearch.Index.Search.Columns;

namespace ImageSearch.Index.Snapshots;

/// <summary>A section of a mapped snapshot, for reading only.</summary>
internal sealed unsafe class SnapshotColumn(MappedFile file, SnapshotSection section) : Column
{
    public override void* Pointer => file.Pointer + section.Offset;

    public override long Bytes => section.Length;

    public override bool IsResident => false;
}
