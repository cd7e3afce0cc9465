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
    ReadView Current { get; }

    /// <summary>What it takes.</summary>
    IndexMemory Memory { get; }

    /// <summary>
    /// Adds, replaces and removes, in order, idempotently, and makes it visible at once. Only one thread at a time may call.
    /// </summary>
    /// <param name="memoryLimit">
    /// Bytes of <see cref="IndexMemory.Total"/> beyond which no vector is added; what is there can still be replaced and removed.
    /// </param>
    ApplyOutcome Apply(IReadOnlyList<VectorChange> changes, long memoryLimit = long.MaxValue);

    /// <summary>Finds the nearest by cosine similarity, for several queries in less time than one after the other.</summary>
    /// <param name="queries">One after the other, each L2-normalised and of <see cref="Dimension"/> floats.</param>
    /// <param name="results">Receives, for each query, best first; ties by id.</param>
    void Search(ReadOnlySpan<float> queries, in SearchOptions options, SearchResults results, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the nearest of what <see cref="Current"/> was, whatever has changed since: how an answer is checked afterwards.
    /// </summary>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, in SearchOptions, SearchResults, CancellationToken)"/>
    void Search(
        ReadView snapshot,
        ReadOnlySpan<float> queries,
        in SearchOptions options,
        SearchResults results,
        CancellationToken cancellationToken);
}

/// <summary>What became of changes.</summary>
/// <param name="Misshapen">Vectors that were left out: of another dimension, of length zero, or not of numbers.</param>
/// <param name="Refused">New vectors that were left out because the memory limit is reached.</param>
internal readonly record struct ApplyOutcome(int Misshapen, int Refused);

/// <summary>Where an index's memory is, in bytes.</summary>
/// <param name="Vectors">Vectors as float32.</param>
/// <param name="Codes">Vectors as codes, with their factors.</param>
/// <param name="Graph">Neighbours.</param>
/// <param name="Directory">Ids, where they are, tags, and what is deleted.</param>
/// <param name="Mapped">In files: memory that the system may take back at any time.</param>
internal readonly record struct IndexMemory(long Vectors, long Codes, long Graph, long Directory, long Mapped)
{
    /// <summary>
    /// What searches work in, kept from one to the next: as many pieces as there were ever searches at once. Not in <see cref="Total"/>.
    /// </summary>
    public long Scratch { get; init; }

    /// <summary>What has to be in memory.</summary>
    public long Total => Vectors + Codes + Graph + Directory;
}

/// <summary>What a search asks for besides its vectors.</summary>
/// <param name="K">Results at most, at least 1.</param>
/// <param name="MinimumScore">Only results with at least this cosine similarity.</param>
/// <param name="Tag">Only pictures with this tag; null: any.</param>
/// <param name="Ef">
/// Candidates that an approximate search keeps: more of them find more of the true neighbours, in more time. 0: the index's own.
/// </param>
/// <param name="Exact">Compare every vector in float32, whatever the index could do faster: what others are measured by.</param>
internal readonly record struct SearchOptions(
    int K, float MinimumScore = float.NegativeInfinity, string? Tag = null, int Ef = 0, bool Exact = false);
