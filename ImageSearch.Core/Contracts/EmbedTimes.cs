namespace ImageSearch.Core.Contracts;

/// <summary>Milliseconds of an embedding: decoding and preprocessing, and the model with the wait for its batch.</summary>
public sealed record EmbedTimes(double Decode, double Embed);
