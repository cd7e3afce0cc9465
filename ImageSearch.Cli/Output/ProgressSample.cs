namespace ImageSearch.Cli.Output;

/// <summary>How far long work has come.</summary>
/// <param name="Pictures">Settled ones.</param>
/// <param name="Total">Null while it is not known.</param>
/// <param name="Fraction">0..1, of the work and not of the pictures, which differ in size; null while it is not known.</param>
internal readonly record struct ProgressSample(long Pictures, long? Total, double? Fraction);
