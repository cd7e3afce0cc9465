namespace ImageSearch.Web.Security;

/// <summary>What takes an API key.</summary>
internal enum KeyRequirement
{
    /// <summary>Nothing but the keys themselves: whoever reaches this service may read and write.</summary>
    None,

    /// <summary>Whatever changes the collection.</summary>
    Writes,

    /// <summary>Everything but health checks, the files of the pages, and signing in.</summary>
    All,
}
