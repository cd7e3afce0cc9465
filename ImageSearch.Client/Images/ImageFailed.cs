namespace ImageSearch.Client.Images;

/// <summary>A model has given a picture up.</summary>
public sealed record ImageFailed(string Id, string Model, string Reason) : ImageEvent(Id);
