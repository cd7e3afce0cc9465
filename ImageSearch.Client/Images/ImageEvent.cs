namespace ImageSearch.Client.Images;

/// <summary>Something that became of a picture while it was watched.</summary>
public abstract record ImageEvent(string Id);
