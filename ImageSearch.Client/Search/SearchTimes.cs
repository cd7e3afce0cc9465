namespace ImageSearch.Client.Search;

/// <summary>Milliseconds of a search: decoding and embedding, the shards, and all of it.</summary>
public sealed record SearchTimes(double Decode, double Embed, double Search, double Total);
