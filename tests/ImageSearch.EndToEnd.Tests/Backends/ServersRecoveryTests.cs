namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class ServersRecoveryTests(SharedServers servers, ITestOutputHelper output) : RecoveryTests(new ServersBackend(servers), output);
