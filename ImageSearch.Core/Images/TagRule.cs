using System.Globalization;
using System.Text;

namespace ImageSearch.Core.Images;

/// <summary>
/// What a tag may be, wherever it comes in. Tags are kept and compared in Unicode's form NFC: what looks the same is the same.
/// </summary>
public static class TagRule
{
    public const int MaximumLength = 64;

    /// <summary>Tags of one upload, import or change.</summary>
    public const int MaximumTags = 32;

    /// <summary>Which tags there are, for a sentence.</summary>
    public const string Rule =
        "1 to 64 characters, at least one of them visible, and no control characters, line breaks or overrides of direction";

    /// <summary>
    /// A tag as it is kept and compared: trimmed, in NFC. What is no text at all stays as it is, and <see cref="IsTag"/> refuses it.
    /// </summary>
    public static string Clean(string? raw) => (raw ?? "").Trim() is var tag && IsWellFormed(tag) ? tag.Normalize() : tag;

    /// <param name="tag">As <see cref="Clean"/> gives it.</param>
    public static bool IsTag(string tag) => tag.Length is > 0 and <= MaximumLength && IsWellFormed(tag)
        && tag.EnumerateRunes().All(IsHarmless) && tag.EnumerateRunes().Any(IsVisible);

    /// <summary>
    /// Under which spellings a tag may be kept: before tags were kept in NFC, they were kept as they were sent, which from some systems is
    /// NFD. The first is <see cref="Clean"/>; most tags have no other.
    /// </summary>
    public static IReadOnlyList<string> Spellings(string tag) =>
        Clean(tag) is var clean && IsWellFormed(clean) && clean.Normalize(NormalizationForm.FormD) is var decomposed && decomposed != clean
            ? [clean, decomposed]
            : [clean];

    private static bool IsWellFormed(string text) => text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);

    // U+202A..202E and U+2066..2069 turn the text around them, beyond the tag.
    private static bool IsHarmless(Rune rune) => rune.Value is not ((>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069))
        && Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    // Hangul fillers are letters by category, and the empty Braille cell is a symbol: all of them are blank.
    private static bool IsVisible(Rune rune) => rune.Value is not (0x115f or 0x1160 or 0x3164 or 0xffa0 or 0x2800)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark);
}
