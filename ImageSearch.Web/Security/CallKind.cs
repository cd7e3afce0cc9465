namespace ImageSearch.Web.Security;

/// <summary>What a call does, as far as limits and the audit log care.</summary>
internal enum CallKind
{
    Read,
    Search,
    Write,

    /// <summary>Health checks, and the files of the pages.</summary>
    Other,
}
