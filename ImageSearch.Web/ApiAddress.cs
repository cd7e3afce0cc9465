namespace ImageSearch.Web;

internal static class ApiAddress
{
    /// <summary>What every address of the public API begins with.</summary>
    public const string Prefix = "/api/v1";
}
