namespace ImageSearch.Core.Store;

/// <summary>What a model calls a picture, and how sure it is.</summary>
/// <param name="Name">From the model's labels file.</param>
/// <param name="Probability">0..1.</param>
public sealed record Label(string Name, float Probability);
