using System.Text.RegularExpressions;

namespace ImageSearch.AppHost;

internal static partial class Rules
{
    public static IEnumerable<string> Broken(params (bool Holds, string Message)[] rules) =>
        rules.Where(r => !r.Holds).Select(r => r.Message);

    public static bool IsSha256(string text) => Sha256().IsMatch(text);

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z")]
    private static partial Regex Sha256();
}
