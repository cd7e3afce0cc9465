namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>One system for tests that bring pictures and tags of their own.</summary>
[CollectionDefinition(nameof(BrokerSystem))]
public sealed class BrokerSystem : ICollectionFixture<BrokerSystemFixture>;
