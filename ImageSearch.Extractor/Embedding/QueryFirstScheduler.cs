namespace ImageSearch.Extractor.Embedding;

/// <summary>
/// Decides whose turn the next batch is: queries go first, but after a run of batches that ingest work had to wait for it gets one, so
/// that searches slow the collection down and cannot stop it.
/// </summary>
internal sealed class QueryFirstScheduler
{
    /// <summary>Batches of queries that ingest work waits for at most.</summary>
    public const int LongestRun = 32;

    private int _run;

    public EmbeddingPriority Next(bool queriesWait, bool ingestWaits)
    {
        if (queriesWait && (!ingestWaits || _run < LongestRun))
        {
            _run = ingestWaits ? _run + 1 : 0;
            return EmbeddingPriority.Query;
        }

        _run = 0;
        return EmbeddingPriority.Ingest;
    }
}

/// <summary>Who waits for an embedding.</summary>
internal enum EmbeddingPriority
{
    /// <summary>A person: goes before everything that comes from the work queue.</summary>
    Query,

    /// <summary>The collection.</summary>
    Ingest,
}
