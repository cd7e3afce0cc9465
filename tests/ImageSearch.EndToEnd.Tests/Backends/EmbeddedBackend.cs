namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>The default: files in the system's data directory.</summary>
public sealed class EmbeddedBackend : TestBackend
{
    public override string? Missing => null;

    public override Task<IReadOnlyList<string>> AddSystemAsync() => Task.FromResult<IReadOnlyList<string>>([]);
}
