namespace ImageSearch.Index.Search;

/// <summary>What the codes of a query stand for: each times <paramref name="Step"/>.</summary>
/// <param name="Sum">Of all that they stand for.</param>
/// <param name="Error">Length of the difference to the query, or a little more.</param>
/// <param name="Norm">Length of the query, or a little more.</param>
internal readonly record struct QueryFactors(float Step, float Sum, float Error, float Norm);
