namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class ServersSystemFixture(SharedServers servers) : SystemFixture(new ServersBackend(servers));
