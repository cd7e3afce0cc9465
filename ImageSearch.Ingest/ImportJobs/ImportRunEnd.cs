namespace ImageSearch.Ingest.ImportJobs;

/// <summary>How a worker's turn at an import ended.</summary>
internal enum ImportRunEnd
{
    /// <summary>Every source is settled.</summary>
    Finished,

    /// <summary>The service stops; the import goes on elsewhere or later.</summary>
    Interrupted,

    /// <summary>A person has stopped it; it goes on when it is resumed.</summary>
    Cancelled,

    /// <summary>Another worker has it: this one was too slow to save.</summary>
    LeaseLost,
}
