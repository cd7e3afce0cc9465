using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>
/// What is known of found pictures: from the store, and from memory while the store is away, so that searches go on being answered.
/// </summary>
internal sealed class PictureDescriptions(
    IImageStore store, IOptions<SearchOptions> options, TimeProvider time, ILogger<PictureDescriptions> logger) : IDisposable
{
    /// <summary>After a failure the store is left alone for this long: the searches of that time do not each wait for it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 50_000 });
    private long _pausedUntil;

    /// <returns>
    /// Of those pictures that there are; one that was deleted a moment ago may still be in an index, and is no result. Complete is false
    /// when the store did not answer: then every picture is there, the ones that are not remembered without a source and tags.
    /// </returns>
    public async Task<(IReadOnlyDictionary<ImageId, PictureDescription> Pictures, bool Complete)> FindAsync(
        ModelKey model, IReadOnlyList<ImageId> ids, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow().UtcTicks >= Interlocked.Read(ref _pausedUntil))
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(options.Value.DescribeTimeout);
            try
            {
                return (await AskAsync(model, ids, deadline.Token), true);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Interlocked.Exchange(ref _pausedUntil, (time.GetUtcNow() + Pause).UtcTicks);
                Log.StoreUnavailable(logger, Pause.TotalSeconds, e is OperationCanceledException ? "no answer in time" : e.Message);
            }
        }

        return (
            ids.Distinct().ToDictionary(id => id, id => _known.Get<PictureDescription>((model, id)) ?? PictureDescription.Unknown), false);
    }

    public void Dispose() => _known.Dispose();

    private async Task<IReadOnlyDictionary<ImageId, PictureDescription>> AskAsync(
        ModelKey model, IReadOnlyList<ImageId> ids, CancellationToken cancellationToken)
    {
        var records = store.FindAsync(ids, cancellationToken);
        var extractions = await store.FindExtractionsAsync(model, ids, cancellationToken);
        var found = new Dictionary<ImageId, PictureDescription>(ids.Count);
        foreach (var (id, record) in await records)
        {
            var description = new PictureDescription(
                record.Source, record.Tags, extractions.GetValueOrDefault(id)?.Labels is { Count: > 0 } labels ? labels : null);
            found.Add(id, description);
            using var entry = _known.CreateEntry((model, id));
            entry.Size = 1;
            entry.Value = description;
        }

        return found;
    }
}

/// <summary>What a result says of a picture besides its id and score.</summary>
internal sealed record PictureDescription(string Source, IReadOnlyList<string> Tags, IReadOnlyList<Label>? Labels)
{
    /// <summary>Of a picture whose record cannot be read now.</summary>
    public static PictureDescription Unknown { get; } = new("", [], null);
}
