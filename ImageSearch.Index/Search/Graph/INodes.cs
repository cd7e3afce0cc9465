namespace ImageSearch.Index.Search.Graph;

/// <summary>The nodes of one level. Implemented by structures, so that a search is compiled for each.</summary>
internal unsafe interface INodes
{
    /// <summary>Nodes from here on are not to be found here: they are newer.</summary>
    int Limit { get; }

    /// <summary>Links of a node at most.</summary>
    int Degree { get; }

    /// <summary>Up to <see cref="Degree"/> nodes, then <see cref="RowMap.End"/>; the writer may be changing them, but each is a node at any time.</summary>
    int* Links(int node);

    int Row(int node);
}
