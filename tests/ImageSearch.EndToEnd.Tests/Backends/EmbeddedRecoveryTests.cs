namespace ImageSearch.EndToEnd.Tests.Backends;

[Collection(nameof(EmbeddedSystem))]
public sealed class EmbeddedRecoveryTests(EmbeddedSystemFixture fixture, ITestOutputHelper output) : RecoveryTests(fixture, output);
