namespace ImageSearch.Index.Search.Graph;

/// <summary>Which rows may be results. Implemented by structures, so that a search is compiled for each.</summary>
internal interface IRowFilter
{
    bool Accepts(int row);
}
