using System.Runtime.InteropServices;
using ImageSearch.Index.Search.Rows;
using ImageSearch.Index.Snapshots;

namespace ImageSearch.Index.Search.Graph;

/// <summary>This part: saved with the rows, and found again.</summary>
internal sealed partial class GraphIndex
{
    public override byte[] SaveState(ReadView snapshot) => _graph.Save((snapshot.State as GraphState)?.End ?? 0);

    protected override void LoadState(ReadOnlySpan<byte> state)
    {
        _end = 0;
        for (var slot = 0; slot < Slots && HasSegment(slot); slot++)
        {
            _end = (slot << SegmentShift) + Segment(slot << SegmentShift).Rows;
        }

        UpdateTable();
        try
        {
            _graph.Load(_table, _end, MemoryMarshal.Cast<byte, int>(state));
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidSnapshotException($"its graph makes no sense: {e.Message}");
        }
    }

    protected override void Replaced(int slot) => UpdateTable();
}
