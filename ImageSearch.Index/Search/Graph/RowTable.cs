namespace ImageSearch.Index.Search.Graph;

/// <summary>The tables behind a <see cref="RowMap"/>, never changed once readers have them; more segments make a new one.</summary>
/// <param name="owners">What keeps the memory alive that the tables point to.</param>
internal sealed unsafe class RowTable(GraphSegment[] owners, int shift, int stride, int degree)
{
    private readonly nint[] _codes = GC.AllocateArray<nint>(owners.Length + 1, pinned: true);
    private readonly nint[] _scales = GC.AllocateArray<nint>(owners.Length + 1, pinned: true);
    private readonly nint[] _links = GC.AllocateArray<nint>(owners.Length + 1, pinned: true);

    public GraphSegment[] Owners => owners;

    public int SegmentRows => 1 << shift;

    public RowMap Map
    {
        get
        {
            fixed (nint* codes = _codes, scales = _scales, links = _links)
            {
                return new RowMap(codes, scales, links, shift, stride, degree, owners.Length << shift);
            }
        }
    }

    public void Set(int slot, void* codes, void* scales, void* links) =>
        (_codes[slot], _scales[slot], _links[slot]) = ((nint)codes, (nint)scales, (nint)links);
}
