namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class ServersFirstLightTests(ServersFirstLightFixture fixture, ITestOutputHelper output) : FirstLightTests(fixture, output), IClassFixture<ServersFirstLightFixture>;
