namespace ImageSearch.EndToEnd.Tests.Backends;

[Collection(nameof(EmbeddedSystem))]
public sealed class EmbeddedBadInputTests(EmbeddedSystemFixture fixture, ITestOutputHelper output) : BadInputTests(fixture, output);
