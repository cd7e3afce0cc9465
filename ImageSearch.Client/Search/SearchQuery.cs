using ImageSearch.Client.Images;

namespace ImageSearch.Client.Search;

/// <summary>What to search by: words, a file, an address, a picture of the collection, or several examples.</summary>
public sealed record SearchQuery
{
    private SearchQuery()
    {
    }

    internal string? Text { get; private init; }

    internal UploadFile? File { get; private init; }

    internal string? Url { get; private init; }

    internal ImageId? ImageId { get; private init; }

    internal IReadOnlyList<ImageId> Positive { get; private init; } = [];

    internal IReadOnlyList<ImageId> Negative { get; private init; } = [];

    internal bool IsTextAlone =>
        Text is not null && File is null && Url is null && ImageId is null && Positive.Count == 0 && Negative.Count == 0;

    /// <summary>Words that describe what to find; it needs a model that knows words.</summary>
    public static SearchQuery ByText(string text) => new() { Text = text };

    public static SearchQuery ByFile(UploadFile file) => new() { File = file };

    /// <summary>A picture on the web, which the server fetches.</summary>
    public static SearchQuery ByUrl(string url) => new() { Url = url };

    /// <summary>A picture of the collection.</summary>
    public static SearchQuery ById(ImageId imageId) => new() { ImageId = imageId };

    /// <summary>
    /// Pictures of the collection: like the positive ones, unlike the negative ones. 16 in all, at least one positive. They are not among
    /// the results.
    /// </summary>
    public static SearchQuery ByExamples(IEnumerable<ImageId> positive, IEnumerable<ImageId>? negative = null) =>
        new() { Positive = [.. positive], Negative = [.. negative ?? []] };

    /// <summary>A file that counts as a positive example, and others of the collection.</summary>
    public static SearchQuery ByFileAndExamples(UploadFile file, IEnumerable<ImageId> positive, IEnumerable<ImageId>? negative = null) =>
        new() { File = file, Positive = [.. positive], Negative = [.. negative ?? []] };

    /// <summary>The same with words beside it, which count as one more positive example; not for an address.</summary>
    public SearchQuery AndText(string text) => this with { Text = text };
}
