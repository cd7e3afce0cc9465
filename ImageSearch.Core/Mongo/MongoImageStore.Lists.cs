using System.Globalization;
using ImageSearch.Core.Images;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// This part: pages of the collection. Whatever is the narrowest index for the filter gives candidates, newest first; the rest of the
/// filter is applied to them piece by piece until the page is full.
/// </summary>
internal sealed partial class MongoImageStore
{
    private const int Candidates = 500;

    public async Task<ImagePage> ListAsync(ImageFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var before = FromCursor(cursor);
        await schema.EnsureAsync(cancellationToken);
        var collections = new List<string?>();
        foreach (var model in filter.Models)
        {
            collections.Add(await schema.FindCollectionAsync(model, cancellationToken));
        }

        if (filter.State == ImageState.Pending && await AllSettledAsync(collections, cancellationToken))
        {
            return new ImagePage([], null);
        }

        var page = new List<(ImageRecord Record, ulong Added)>();
        var size = filter.State is null ? limit + 1 : Math.Max(limit + 1, Candidates);
        for (var more = true; more && page.Count <= limit;)
        {
            var candidates = await FindCandidatesAsync(filter, collections, before, size, cancellationToken);
            var kept = await KeepAsync(filter.State, collections, [.. candidates.Select(candidate => candidate.Id)], cancellationToken);
            var records = await FindAsync([.. kept], cancellationToken);
            page.AddRange(candidates.Where(candidate => records.ContainsKey(candidate.Id)).Select(
                candidate => (records[candidate.Id], candidate.Added)));
            more = candidates.Count == size;
            before = more ? candidates[^1].Added : before;
        }

        return page.Count <= limit
            ? new ImagePage([.. page.Select(row => row.Record)], null)
            : new ImagePage([.. page.Take(limit).Select(row => row.Record)], page[limit - 1].Added.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<bool> AllSettledAsync(List<string?> collections, CancellationToken cancellationToken)
    {
        foreach (var collection in collections)
        {
            if (!await AllSettledAsync(collection, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>At most <paramref name="size"/> pictures that were added before, newest first.</returns>
    private async Task<List<(ImageId Id, ulong Added)>> FindCandidatesAsync(
        ImageFilter filter, List<string?> collections, ulong before, int size, CancellationToken cancellationToken)
    {
        if (filter.Tag is not null)
        {
            return await FindAsync(
                MongoSchema.Images, new BsonDocument("tags", new BsonDocument("$in", new BsonArray(TagRule.Spellings(filter.Tag)))));
        }

        switch (filter.State)
        {
            case ImageState.Failed:
                var failed = new List<(ImageId Id, ulong Added)>();
                foreach (var collection in collections.OfType<string>())
                {
                    failed.AddRange(await FindAsync(collection, new BsonDocument("state", Failed)));
                }

                return [.. failed.Distinct().OrderByDescending(candidate => candidate.Added).Take(size)];
            case ImageState.Indexed when collections is [{ } first, ..]:
                return await FindAsync(first, new BsonDocument("state", Indexed));
            default:
                return await FindAsync(MongoSchema.Images, []);
        }

        Task<List<(ImageId, ulong)>> FindAsync(string collection, BsonDocument condition) => mongo.FindAsync(
            collection,
            condition.Add("added", new BsonDocument("$lt", new BsonTimestamp(unchecked((long)before)))),
            new FindOptions<BsonDocument>
            {
                Sort = new BsonDocument("added", -1),
                Limit = size,
                BatchSize = size,
                Projection = new BsonDocument { { "_id", 1 }, { "added", 1 } },
            },
            document => (document["_id"].ToId(), unchecked((ulong)document["added"].AsBsonTimestamp.Value)),
            cancellationToken);
    }

    /// <returns>Those of the candidates that are in the state.</returns>
    private async Task<IReadOnlyCollection<ImageId>> KeepAsync(
        ImageState? state, List<string?> collections, HashSet<ImageId> ids, CancellationToken cancellationToken)
    {
        if (state is null)
        {
            return ids;
        }

        var condition = state switch
        {
            ImageState.Failed => new BsonDocument("$eq", Failed),
            ImageState.Indexed => new BsonDocument("$eq", Indexed),
            _ => Settled,
        };
        var all = new HashSet<ImageId>(ids);
        var any = new HashSet<ImageId>();
        foreach (var collection in collections)
        {
            var found = await FindByStateAsync(collection, ids, condition, cancellationToken);
            all.IntersectWith(found);
            any.UnionWith(found);
        }

        return state switch
        {
            ImageState.Failed => any,
            ImageState.Indexed => all,
            _ => [.. ids.Where(id => !all.Contains(id))],
        };
    }

    private static ulong FromCursor(string? cursor) => cursor is null
        ? ulong.MaxValue
        : ulong.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var added)
            ? added
            : throw BadCursor();

    private static FormatException BadCursor() =>
        new("The cursor is not one that this service gave: leave it away to start at the first page.");
}
