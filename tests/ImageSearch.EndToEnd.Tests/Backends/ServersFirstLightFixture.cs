namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class ServersFirstLightFixture(SharedServers servers) : FirstLightFixture(new ServersBackend(servers));
