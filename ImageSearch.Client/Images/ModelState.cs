using ImageSearch.Client.Search;

namespace ImageSearch.Client.Images;

/// <summary>How far a picture has come in one model.</summary>
/// <param name="Reason">Why it failed.</param>
/// <param name="Labels">What the model calls it.</param>
public sealed record ModelState(
    string Model, string Version, ImageState State, int Attempts, string? Reason = null, IReadOnlyList<Label>? Labels = null);
