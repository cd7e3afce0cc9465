namespace ImageSearch.EndToEnd.Tests.Backends;

[Collection(nameof(ServersSystem))]
public sealed class ServersCollectionTests(ServersSystemFixture fixture, ITestOutputHelper output) : CollectionTests(fixture, output);
