namespace ImageSearch.EndToEnd.Tests.Backends;

[Collection(nameof(EmbeddedSystem))]
public sealed class EmbeddedCollectionTests(EmbeddedSystemFixture fixture, ITestOutputHelper output) : CollectionTests(fixture, output);
