namespace ImageSearch.Core.Security;

/// <summary>What a key allows; each scope includes those before it. The numbers are stored.</summary>
public enum ApiScope
{
    /// <summary>Searching, listing, looking at pictures.</summary>
    Read = 1,

    /// <summary>Adding, changing and deleting pictures.</summary>
    Write = 2,

    /// <summary>Creating and revoking keys.</summary>
    Admin = 3,
}
