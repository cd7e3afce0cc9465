namespace ImageSearch.Web.Security;

/// <summary>Who may do what. Configuration section <c>Security</c>.</summary>
internal sealed class SecurityOptions
{
    public const string Section = "Security";
    public const int ShortestAdminKey = 32;

    /// <summary><c>None</c> (default), <c>Writes</c> or <c>All</c>.</summary>
    public KeyRequirement RequireKey { get; set; }

    /// <summary>
    /// A key with the scope admin that is not in the store, to create the first one with: at least 32 characters, from a secret. The same in
    /// every replica. Needed where keys are required; without it nobody is an admin but by a key of the store.
    /// </summary>
    public string? AdminKey { get; set; }

    /// <summary>
    /// What protects forms where there is no <see cref="AdminKey"/>: any secret text, the same in every replica. The AppHost gives each run a
    /// new one. Default: none, a random one per process.
    /// </summary>
    public string? FormKey { get; set; }

    /// <summary>How long a key that was found good is taken for good: so long may a revoked one go on at other replicas. Default 5 s.</summary>
    public TimeSpan KeyCacheTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a key that was found good is taken for good while the store of keys is away. Default 10 min; 0: not at all.</summary>
    public TimeSpan KeyGraceTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long after signing in a browser has to sign in again; closing it ends the session sooner. Default 7 days.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(7);
}
