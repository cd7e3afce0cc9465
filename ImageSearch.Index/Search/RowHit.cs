namespace ImageSearch.Index.Search;

/// <param name="Row">Its number in the index.</param>
internal readonly record struct RowHit(int Row, float Score);
