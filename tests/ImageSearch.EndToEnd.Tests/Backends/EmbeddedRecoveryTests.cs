namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class EmbeddedRecoveryTests(ITestOutputHelper output) : RecoveryTests(new EmbeddedBackend(), output);
