using ImageSearch.Core.Store;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>
/// Vectors in memory and the search over them. One writer, any number of readers at the same time: a search sees the index as it was
/// between two calls of <see cref="Apply"/>, never half of one. Every implementation passes <c>VectorIndexTests</c>.
/// </summary>
internal interface IVectorIndex
{
    /// <summary>Floats of a vector.</summary>
    int Dimension { get; }

    /// <summary>Vectors that a search sees.</summary>
    long Count { get; }

    /// <summary>What a search that begins now sees.</summary>
    Snapshot Current { get; }

    /// <summary>What it takes.</summary>
    IndexMemory Memory { get; }

    /// <summary>Adds, replaces and removes, in order, idempotently, and makes it visible at once. Only one thread at a time may call.</summary>
    /// <param name="memoryLimit">Bytes of <see cref="IndexMemory.Total"/> beyond which no vector is added; what is there can still be replaced and removed.</param>
    ApplyOutcome Apply(IReadOnlyList<VectorChange> changes, long memoryLimit = long.MaxValue);

    /// <summary>Finds the nearest by cosine similarity, for several queries in less time than one after the other.</summary>
    /// <param name="queries">One after the other, each L2-normalised and of <see cref="Dimension"/> floats.</param>
    /// <param name="results">Receives, for each query, best first; ties by id.</param>
    void Search(ReadOnlySpan<float> queries, in SearchOptions options, SearchResults results, CancellationToken cancellationToken);

    /// <summary>Finds the nearest of what <see cref="Current"/> was, whatever has changed since: how an answer is checked afterwards.</summary>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, in SearchOptions, SearchResults, CancellationToken)"/>
    void Search(Snapshot snapshot, ReadOnlySpan<float> queries, in SearchOptions options, SearchResults results, CancellationToken cancellationToken);
}
