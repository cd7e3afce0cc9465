namespace ImageSearch.Core.Mongo;

/// <summary>What is to be known of a connection string without parsing all of it; libmongoc does that.</summary>
internal static class MongoConnectionString
{
    public const string DefaultDatabase = "imagesearch";

    private static readonly string[] Schemes = ["mongodb://", "mongodb+srv://"];

    public static bool IsPlausible(string text) => AddressOf(text).Length > 0;

    /// <returns>Hosts and ports, without user and password: what may be shown. Empty when it is no connection string.</returns>
    public static string AddressOf(string text)
    {
        var scheme = Array.Find(Schemes, scheme => text.StartsWith(scheme, StringComparison.Ordinal));
        if (scheme is null)
        {
            return "";
        }

        // A slash or question mark of a password that is not encoded comes before the last @: better to show too little.
        var rest = text[scheme.Length..];
        rest = rest[(rest.LastIndexOf('@') + 1)..];
        var end = rest.IndexOfAny(['/', '?']);
        return end < 0 ? rest : rest[..end];
    }
}
