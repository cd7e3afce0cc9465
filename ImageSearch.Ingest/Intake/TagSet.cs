using ImageSearch.Core.Images;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Ingest.Intake;

/// <summary>The tags of an upload or import: in NFC, trimmed, distinct, in ordinal order, each checked as it comes.</summary>
internal sealed class TagSet
{
    public const int MaximumTags = TagRule.MaximumTags;
    public const int MaximumLength = TagRule.MaximumLength;

    /// <summary>Of a tag as it is sent: UTF-8, and white space that is trimmed.</summary>
    public const int MaximumBytes = (4 * MaximumLength) + 256;

    private readonly SortedSet<string> _tags = new(StringComparer.Ordinal);

    public IReadOnlyList<string> ToList() => [.. _tags];

    /// <exception cref="ProblemException">The tag is none, or one too many.</exception>
    public void Add(string? raw)
    {
        var tag = TagRule.Clean(raw);
        if (!TagRule.IsTag(tag))
        {
            throw Invalid();
        }

        if (_tags.Add(tag) && _tags.Count > MaximumTags)
        {
            throw Problem($"At most {MaximumTags} tags are taken: send fewer.");
        }
    }

    public static ProblemException TooLong() =>
        Problem($"A tag has more than {MaximumBytes} bytes: a tag has at most {MaximumLength} characters, shorten it.");

    public static ProblemException Invalid() =>
        Problem($"A tag has {TagRule.Rule}: leave out or change the one that has not.");

    private static ProblemException Problem(string message) => new(StatusCodes.Status400BadRequest, "invalid-tag", message);
}
