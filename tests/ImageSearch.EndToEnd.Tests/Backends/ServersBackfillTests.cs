using ImageSearch.EndToEnd.Tests.Faults;

namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class ServersBackfillTests(SharedServers servers, ITestOutputHelper output) : BackfillTests(new ServersBackend(servers), output);
