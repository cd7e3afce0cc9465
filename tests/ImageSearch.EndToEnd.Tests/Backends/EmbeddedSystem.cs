namespace ImageSearch.EndToEnd.Tests.Backends;

/// <summary>One system on the embedded backend, for all tests that bring pictures of their own and mind no others.</summary>
[CollectionDefinition(nameof(EmbeddedSystem))]
public sealed class EmbeddedSystem : ICollectionFixture<EmbeddedSystemFixture>;
