namespace ImageSearch.Client.Images;

/// <summary>What goes with an upload.</summary>
public sealed record UploadOptions
{
    /// <summary>For all of its pictures.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>
    /// At most 128 printable characters: sent again with the same key, the same upload is answered as before. Null: one is made up for each
    /// call.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    public IProgress<UploadProgress>? Progress { get; init; }
}
