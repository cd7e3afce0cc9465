using ImageSearch.Core.Models;

namespace ImageSearch.Core.Store;

/// <summary>Which pictures to list.</summary>
public sealed record ImageFilter
{
    public static ImageFilter All { get; } = new();

    /// <summary>
    /// Only pictures in this state, judged over <see cref="Models"/>: failed = for any of them, pending = for any of them, indexed = for
    /// all. Null: any state.
    /// </summary>
    public ImageState? State { get; init; }

    /// <summary>
    /// The declared models (or the one asked for) that <see cref="State"/> is judged over; extractions of other versions do not count.
    /// </summary>
    public IReadOnlyList<ModelKey> Models { get; init; } = [];

    /// <summary>Only pictures with this tag. Null: any.</summary>
    public string? Tag { get; init; }
}
