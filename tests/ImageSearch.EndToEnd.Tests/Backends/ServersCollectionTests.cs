namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class ServersCollectionTests(ServersSystemFixture fixture, ITestOutputHelper output) : CollectionTests(fixture, output), IClassFixture<ServersSystemFixture>;
