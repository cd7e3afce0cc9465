namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>What a system under test keeps its collection in.</summary>
public abstract class TestBackend
{
    /// <summary>Null when it can be used here, else what to install.</summary>
    public abstract string? Missing { get; }

    /// <summary>Makes room for one more system, apart from all others.</summary>
    /// <returns>What the AppHost is told.</returns>
    public abstract Task<IReadOnlyList<string>> AddSystemAsync();
}
