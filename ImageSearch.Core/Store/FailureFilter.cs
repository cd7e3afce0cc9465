using ImageSearch.Core.Models;

namespace ImageSearch.Core.Store;

/// <summary>Which failed extractions: those that meet everything that is said.</summary>
public sealed record FailureFilter
{
    public static FailureFilter All { get; } = new();

    /// <summary>Of these pictures. Null: of any.</summary>
    public IReadOnlyCollection<ImageId>? Ids { get; init; }

    /// <summary>In these model versions. Null: in any that the store has seen.</summary>
    public IReadOnlyCollection<ModelKey>? Models { get; init; }

    /// <summary>With exactly this reason. Null: with any.</summary>
    public string? Reason { get; init; }
}
