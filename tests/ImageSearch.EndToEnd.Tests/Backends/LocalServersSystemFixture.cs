namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class LocalServersSystemFixture() : SystemFixture(new LocalServersBackend());
