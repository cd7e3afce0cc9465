using System.Globalization;

namespace ImageSearch.Cli.Output;

/// <summary>
/// Text of others for a terminal. A file's name may hold sequences that a terminal obeys, or that turn what stands beside it around.
/// </summary>
internal static class SafeText
{
    private const char Replacement = '\uFFFD';

    public static string Line(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        return text.Any(IsUnsafe) ? string.Create(text.Length, text, static (line, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                line[i] = IsUnsafe(text[i]) ? Replacement : text[i];
            }
        }) : text;
    }

    private static bool IsUnsafe(char c) => char.IsControl(c)
        || c is '\u2028' or '\u2029'
        || (c is >= '\u200e' and <= '\u206f' && char.GetUnicodeCategory(c) == UnicodeCategory.Format);
}
