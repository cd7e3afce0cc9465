namespace ImageSearch.Client.Images;

/// <summary>There is no such picture: it was never added, or it was deleted.</summary>
public sealed record ImageGone(string Id) : ImageEvent(Id);
