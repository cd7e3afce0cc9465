namespace ImageSearch.Web.Tests.Support;

/// <summary>A system that takes 100,000 bytes per picture, for tests that leave nothing behind in it.</summary>
public sealed class SmallLimitsFixture : IAsyncLifetime
{
    internal WebSystem System { get; private set; } = null!;

    public async ValueTask InitializeAsync() => System = await WebSystem.StartAsync(("Limits:MaximumBytes", "100000"));

    public ValueTask DisposeAsync() => System.DisposeAsync();
}
