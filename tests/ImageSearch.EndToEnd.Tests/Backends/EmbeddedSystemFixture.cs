namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class EmbeddedSystemFixture() : SystemFixture(new EmbeddedBackend());
