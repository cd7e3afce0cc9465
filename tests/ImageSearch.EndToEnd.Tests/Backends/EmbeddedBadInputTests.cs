namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class EmbeddedBadInputTests(EmbeddedSystemFixture fixture, ITestOutputHelper output) : BadInputTests(fixture, output), IClassFixture<EmbeddedSystemFixture>;
