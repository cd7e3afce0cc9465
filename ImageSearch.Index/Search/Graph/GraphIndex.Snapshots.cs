using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search.Graph;

/// <summary>This part: saved, loaded, and moved into other memory.</summary>
internal sealed unsafe partial class GraphIndex
{
    public override byte[] SaveState(Snapshot snapshot) => GraphCodec.Encode(((GraphState?)snapshot.State)?.View ?? GraphView.Empty(_table));

    protected override void LoadState(ReadOnlySpan<byte> state)
    {
        _end = EndRow;
        if (_end > 0)
        {
            Segments();
        }

        var map = _table.Map;
        for (var row = 0; row < _end; row++)
        {
            GraphCodec.LeaveOut(new Span<int>(map.Links(row), map.Degree), _end);
        }

        GC.KeepAlive(_table);
        _graph.Load(state, _end);
    }

    protected override void Replaced(int slot)
    {
        _table = new RowTable([], 0, 0, 0);
        Segments();
    }
}
