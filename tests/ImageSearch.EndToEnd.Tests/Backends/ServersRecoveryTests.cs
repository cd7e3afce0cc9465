namespace ImageSearch.EndToEnd.Tests.Backends;

[Collection(nameof(ServersSystem))]
public sealed class ServersRecoveryTests(ServersSystemFixture fixture, ITestOutputHelper output) : RecoveryTests(fixture, output);
