namespace ImageSearch.Core.Tests.Mongo;

/// <summary>Tests that measure this process: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
