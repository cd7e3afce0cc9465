namespace ImageSearch.EndToEnd.Tests.Backends;

[Collection(nameof(ServersSystem))]
public sealed class ServersBadInputTests(ServersSystemFixture fixture, ITestOutputHelper output) : BadInputTests(fixture, output);
