using ImageSearch.EndToEnd.Tests.Faults;

namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class EmbeddedPoisonTests(ITestOutputHelper output) : PoisonTests(output)
{
    protected override string? Missing => null;

    protected override Task<IReadOnlyList<string>> AddSystemAsync() => new EmbeddedBackend().AddSystemAsync();
}
