namespace ImageSearch.AppHost;

internal static class Rules
{
    public static IEnumerable<string> Broken(params (bool Holds, string Message)[] rules) =>
        rules.Where(r => !r.Holds).Select(r => r.Message);
}
