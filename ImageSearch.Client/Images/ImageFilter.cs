namespace ImageSearch.Client.Images;

/// <summary>Which pictures to list.</summary>
public sealed record ImageFilter
{
    /// <summary>
    /// <see cref="ImageState.Pending"/> and <see cref="ImageState.Failed"/>: in any model; <see cref="ImageState.Indexed"/>: in all.
    /// </summary>
    public ImageState? State { get; init; }

    /// <summary>Judge the state for this model only.</summary>
    public string? Model { get; init; }

    public string? Tag { get; init; }
}
