using ImageSearch.Core.Models;

namespace ImageSearch.Core.Store;

/// <summary>The state of one image in one model version.</summary>
/// <param name="Attempts">Attempts so far, 0 when none has ended.</param>
/// <param name="Reason">Why it failed, for a person; null unless failed.</param>
/// <param name="Labels">Best labels first, empty when the model has none.</param>
public sealed record Extraction(
    ImageId Id, ModelKey Model, ImageState State, int Attempts, string? Reason, DateTimeOffset At, IReadOnlyList<Label> Labels);
