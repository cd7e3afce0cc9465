using ImageSearch.EndToEnd.Tests.Faults;

namespace ImageSearch.EndToEnd.Tests.Backends;

public sealed class EmbeddedBackfillTests(ITestOutputHelper output) : BackfillTests(new EmbeddedBackend(), output);
