namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>One system on servers that somebody else runs, for all tests that bring pictures of their own and mind no others.</summary>
[CollectionDefinition(nameof(ServersSystem))]
public sealed class ServersSystem : ICollectionFixture<ServersSystemFixture>;
