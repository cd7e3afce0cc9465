namespace ImageSearch.Client.Images;

/// <summary>A picture can be found by a model now.</summary>
public sealed record ImageSearchable(string Id, string Model, string Version) : ImageEvent(Id);
