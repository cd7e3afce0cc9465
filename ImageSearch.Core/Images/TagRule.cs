namespace ImageSearch.Core.Images;

/// <summary>What a tag may be, wherever it comes in.</summary>
public static class TagRule
{
    public const int MaximumLength = 64;

    /// <summary>Tags of one upload, import or change.</summary>
    public const int MaximumTags = 32;

    /// <param name="tag">Trimmed.</param>
    public static bool IsTag(string tag) => tag.Length is > 0 and <= MaximumLength && !tag.Any(char.IsControl);
}
