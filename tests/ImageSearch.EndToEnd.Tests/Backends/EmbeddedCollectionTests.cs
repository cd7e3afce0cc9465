namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class EmbeddedCollectionTests(EmbeddedSystemFixture fixture, ITestOutputHelper output) : CollectionTests(fixture, output), IClassFixture<EmbeddedSystemFixture>;
