namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class EmbeddedFirstLightFixture() : FirstLightFixture(new EmbeddedBackend());
