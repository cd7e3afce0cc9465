namespace ImageSearch.Web.Security;

/// <summary>Pages of other sites that may call the API from a browser. Section <c>Cors</c>.</summary>
internal sealed class CrossOriginOptions
{
    public const string Section = "Cors";

    /// <summary>Such as <c>https://gallery.example.org</c>. Default: none.</summary>
    public IList<string> Origins { get; } = [];

    public bool Allows(string? origin) => origin is not null && Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);
}
