namespace ImageSearch.Extractor.Embedding;

/// <summary>Who waits for an embedding.</summary>
internal enum EmbeddingPriority
{
    /// <summary>A person: goes before everything that comes from the work queue.</summary>
    Query,

    /// <summary>The collection.</summary>
    Ingest,
}
