namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class LocalServersCollectionTests(LocalServersSystemFixture fixture, ITestOutputHelper output) : CollectionTests(fixture, output), IClassFixture<LocalServersSystemFixture>;
