namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class ServersBadInputTests(ServersSystemFixture fixture, ITestOutputHelper output) : BadInputTests(fixture, output), IClassFixture<ServersSystemFixture>;
