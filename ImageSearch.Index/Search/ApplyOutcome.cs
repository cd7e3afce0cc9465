namespace ImageSearch.Index.Search;

/// <summary>What became of changes.</summary>
/// <param name="Misshapen">Vectors that were left out: of another dimension, of length zero, or not of numbers.</param>
/// <param name="Refused">New vectors that were left out because the memory limit is reached.</param>
internal readonly record struct ApplyOutcome(int Misshapen, int Refused);
