namespace ImageSearch.Client.Search;

/// <summary>What a model calls a picture, and how sure it is, 0..1.</summary>
public sealed record Label(string Name, double Probability);
