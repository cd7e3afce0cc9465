namespace ImageSearch.Index.Search;

/// <summary>A row that the upper halves of its codes could not rule out.</summary>
/// <param name="Row">Its number in the index.</param>
/// <param name="Sum">Of the kernel, for the upper halves.</param>
/// <param name="Upper">Its score is not above this.</param>
/// <param name="Lower">Its score is not below this.</param>
internal readonly record struct Candidate(int Row, int Sum, float Upper, float Lower);
