namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class EmbeddedFirstLightTests(EmbeddedFirstLightFixture fixture, ITestOutputHelper output) : FirstLightTests(fixture, output), IClassFixture<EmbeddedFirstLightFixture>;
