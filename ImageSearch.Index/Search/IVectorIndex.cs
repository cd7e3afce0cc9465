using ImageSearch.Core.Contracts;
using ImageSearch.Core.Store;

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

    /// <summary>Memory of vectors, ids and tags' references, in bytes.</summary>
    long Bytes { get; }

    /// <summary>Adds, replaces and removes, in order, idempotently, and makes it visible at once. Only one thread at a time may call.</summary>
    /// <returns>Vectors that were left out because of their dimension.</returns>
    int Apply(IReadOnlyList<VectorChange> changes);

    /// <summary>Finds the nearest by cosine similarity, for several queries in less time than one after the other.</summary>
    /// <param name="queries">One after the other, each L2-normalised and of <see cref="Dimension"/> floats.</param>
    /// <param name="filter">How many, and which count at all.</param>
    /// <returns>For each query, best first; ties by id.</returns>
    IReadOnlyList<ShardHit>[] SearchBatch(ReadOnlySpan<float> queries, SearchFilter filter, CancellationToken cancellationToken);

    /// <inheritdoc cref="SearchBatch"/>
    /// <param name="query">L2-normalised, <see cref="Dimension"/> floats.</param>
    /// <returns>Best first; ties by id.</returns>
    sealed IReadOnlyList<ShardHit> Search(ReadOnlySpan<float> query, SearchFilter filter, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, Dimension);
        return SearchBatch(query, filter, cancellationToken)[0];
    }
}
