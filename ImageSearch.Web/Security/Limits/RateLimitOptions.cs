namespace ImageSearch.Web.Security.Limits;

/// <summary>
/// Limits of one client: a key, or an address where no key is sent. Each replica of this service counts by itself. Section
/// <c>RateLimits</c>.
/// </summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Searches; a batch counts as many as it has pictures, and at most as a whole burst.</summary>
    public RequestRate Searches { get; set; } = new();

    /// <summary>Whatever changes something, signing in included.</summary>
    public RequestRate Writes { get; set; } = new();

    /// <summary>All else: lists, records, pictures and pages. A page of the collection loads some fifty thumbnails at once.</summary>
    public RequestRate Reads { get; set; } = new();

    public RequestRate? For(CallKind kind) => kind switch
    {
        CallKind.Search => Searches,
        CallKind.Write => Writes,
        CallKind.Read => Reads,
        _ => null,
    };
}
