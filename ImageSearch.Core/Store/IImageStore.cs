using ImageSearch.Core.Images;
using ImageSearch.Core.Models;

namespace ImageSearch.Core.Store;

/// <summary>
/// Records, vectors, the state of every image × model, and the change feed that index servers follow.
/// Every implementation passes <c>ImageStoreTests</c>. Writes are durable when their task completes, and idempotent:
/// a write that is repeated after a lost answer changes nothing.
/// </summary>
public interface IImageStore
{
    /// <summary>
    /// Adds a picture; <see cref="ImageRecord.AddedAt"/> of the argument is ignored, the store's clock counts. One that is known already
    /// keeps its record and gains the tags that are new (searchable like any change). One that was deleted is added anew, without vectors.
    /// </summary>
    Task<AddOutcome> AddAsync(ImageRecord image, CancellationToken cancellationToken);

    /// <returns>The record, or null when it is unknown or deleted.</returns>
    Task<ImageRecord?> FindAsync(ImageId id, CancellationToken cancellationToken);

    /// <returns>The records of those ids that are known and not deleted.</returns>
    Task<IReadOnlyDictionary<ImageId, ImageRecord>> FindAsync(IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken);

    /// <summary>Pages through the collection, newest first, stable while pictures are added.</summary>
    /// <exception cref="FormatException">The cursor is none of this store's.</exception>
    Task<ImagePage> ListAsync(ImageFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a picture's record, its extractions and its vectors; index servers see the deletion in the feed of each model.
    /// </summary>
    /// <returns>False when it is unknown or deleted already.</returns>
    Task<bool> DeleteAsync(ImageId id, CancellationToken cancellationToken);

    /// <summary>
    /// Adds tags to pictures and takes others away, each picture by itself; index servers see the change in the feed of each model.
    /// Repeating it changes nothing.
    /// </summary>
    /// <param name="add">None of them may be in <paramref name="remove"/> too.</param>
    Task<TagChange> ChangeTagsAsync(
        IReadOnlyCollection<ImageId> ids, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken);

    /// <returns>Pictures that are known and not deleted.</returns>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>
    /// How many known pictures are indexed and failed in a model version; from indexes or counters, cheap enough to be asked every few
    /// seconds.
    /// </summary>
    Task<ExtractionCounts> CountExtractionsAsync(ModelKey model, CancellationToken cancellationToken);

    /// <returns>What became of the picture in each model that has seen it, any version; a model without an entry is pending.</returns>
    Task<IReadOnlyList<Extraction>> FindExtractionsAsync(ImageId id, CancellationToken cancellationToken);

    /// <summary>Extractions of one model, for results that show labels.</summary>
    Task<IReadOnlyDictionary<ImageId, Extraction>> FindExtractionsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Says by what a model version's vectors are made. What is said first holds from the first vector on; before it, what is said last.
    /// </summary>
    /// <param name="preparation">Any text; the same for the same vectors.</param>
    /// <returns>What holds.</returns>
    Task<string> DeclareAsync(ModelKey model, string preparation, CancellationToken cancellationToken);

    /// <summary>
    /// Stores vectors with their fingerprints, and marks their extractions indexed, each at once. Vectors of pictures that are unknown or
    /// deleted are dropped silently (the deletion won the race); one that is stored already for this version is left as it is.
    /// </summary>
    Task PutVectorsAsync(ModelKey model, IReadOnlyCollection<ImageVector> vectors, CancellationToken cancellationToken);

    /// <summary>
    /// Marks extractions failed with the reason a person reads. A vector of an older version stays in the feed of that version only.
    /// </summary>
    Task PutFailuresAsync(ModelKey model, IReadOnlyCollection<ExtractionFailure> failures, CancellationToken cancellationToken);

    /// <summary>Puts failed extractions back to pending.</summary>
    /// <returns>What was reset, at most <paramref name="limit"/>; call again until it is empty.</returns>
    Task<IReadOnlyList<FailedExtraction>> ResetFailuresAsync(FailureFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>Pages through the failed extractions, those that failed last first.</summary>
    /// <exception cref="FormatException">The cursor is none of this store's.</exception>
    Task<FailurePage> ListFailuresAsync(FailureFilter filter, int limit, string? cursor, CancellationToken cancellationToken);

    /// <returns>
    /// The reasons of failed extractions with how often each occurs, the most frequent first, at most <paramref name="limit"/>.
    /// </returns>
    Task<IReadOnlyList<FailureReason>> CountFailuresAsync(FailureFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Known pictures that are neither indexed nor failed for this model and version, by ascending id: what a new model, a new version or a
    /// crash between "stored" and "queued" left to do.
    /// </summary>
    /// <param name="after">Only ids greater than this one; null from the start.</param>
    /// <param name="minimumAge">Only pictures added at least this long ago.</param>
    Task<IReadOnlyList<ImageId>> ListPendingAsync(
        ModelKey model, ImageId? after, TimeSpan minimumAge, int limit, CancellationToken cancellationToken);

    /// <summary>A picture's stored vector; null when there is none of this version.</summary>
    Task<ImageVector?> FindVectorAsync(ModelKey model, ImageId id, CancellationToken cancellationToken);

    /// <returns>The stored vectors of those ids that have one of this version.</returns>
    Task<IReadOnlyDictionary<ImageId, ReadOnlyMemory<float>>> FindVectorsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken);

    /// <returns>The fingerprints of those ids that have a vector of this version, and one that was stored with a fingerprint.</returns>
    Task<IReadOnlyDictionary<ImageId, ReadOnlyMemory<byte>>> FindFingerprintsAsync(
        ModelKey model, IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Follows the change feed of one model version and shard from a cursor (<c>default</c>: all vectors first), page by page, until it is
    /// cancelled. A page comes when something changed, and at least every second. Changes may repeat and are applied idempotently; none is
    /// missed: after a write has completed, a page that begins later and is <see cref="ChangePage.CaughtUp"/> ends with it.
    /// A change of tags repeats the vector with its new tags.
    /// </summary>
    IAsyncEnumerable<ChangePage> FollowAsync(
        ModelKey model, ShardKey shard, ChangeCursor since, int limit, CancellationToken cancellationToken);
}
