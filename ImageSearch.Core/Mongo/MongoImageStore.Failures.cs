using System.Globalization;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// This part: what failed, to be shown, tried again or given up. Each model version's failures are in a collection of their own.
/// </summary>
internal sealed partial class MongoImageStore
{
    /// <summary>Reasons that are counted in one collection: more of them are no list that a person reads.</summary>
    private const int MaximumReasons = 1000;

    public async Task<IReadOnlyList<FailedExtraction>> ResetFailuresAsync(
        FailureFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var reset = new List<FailedExtraction>();
        foreach (var (key, collection) in await FindFailureCollectionsAsync(filter, cancellationToken))
        {
            if (reset.Count < limit)
            {
                var ids = await ResetFailuresAsync(collection, filter, limit - reset.Count, cancellationToken);
                reset.AddRange(ids.Select(picture => new FailedExtraction(picture, key.Name)));
            }
        }

        return [.. reset.Distinct()];
    }

    public async Task<FailurePage> ListFailuresAsync(FailureFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var before = FailureCursor.Parse(cursor);
        var found = new List<(FailureCursor Place, Extraction Failure)>();
        foreach (var (key, collection) in await FindFailureCollectionsAsync(filter, cancellationToken))
        {
            found.AddRange(await mongo.FindAsync(
                collection,
                before is { } last ? FailureCondition(filter).Add("$or", last.After(collection)) : FailureCondition(filter),
                new FindOptions<BsonDocument> { Sort = new BsonDocument { { "at", -1 }, { "_id", -1 } }, Limit = limit + 1, BatchSize = limit + 1, Projection = WithoutVector },
                document =>
                    (new FailureCursor(document["at"].ToMilliseconds(), document["_id"].ToId(), collection), ReadExtraction(document, key)),
                cancellationToken));
        }

        var page = found.OrderByDescending(row => row.Place).Take(limit).ToList();
        return new FailurePage([.. page.Select(row => row.Failure)], found.Count > limit ? page[^1].Place.ToString() : null);
    }

    public async Task<IReadOnlyList<FailureReason>> CountFailuresAsync(FailureFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (_, collection) in await FindFailureCollectionsAsync(filter, cancellationToken))
        {
            PipelineDefinition<BsonDocument, BsonDocument> pipeline = new[]
            {
                new BsonDocument { { "$match", FailureCondition(filter) } },
                new BsonDocument { { "$group", new BsonDocument { { "_id", "$reason" }, { "count", new BsonDocument { { "$sum", 1 } } } } } },
                new BsonDocument { { "$sort", new BsonDocument { { "count", -1 }, { "_id", 1 } } } },
                new BsonDocument { { "$limit", MaximumReasons } },
            };
            await mongo.RunAsync(async database =>
            {
                using var groups = await database.GetCollection<BsonDocument>(collection)
                    .AggregateAsync(pipeline, cancellationToken: cancellationToken);
                await groups.ForEachAsync(
                    group => counts[group["_id"].AsString] = counts.GetValueOrDefault(group["_id"].AsString) + group["count"].ToInt64(),
                    cancellationToken);
                return true;
            });
        }

        return [.. counts.Select(pair => new FailureReason(pair.Key, pair.Value)).OrderByDescending(reason => reason.Count).ThenBy(
            reason => reason.Reason, StringComparer.Ordinal).Take(limit)];
    }

    private async Task<List<(ModelKey Model, string Collection)>> FindFailureCollectionsAsync(
        FailureFilter filter, CancellationToken cancellationToken) =>
        [.. (await schema.ListAsync(cancellationToken)).Where(entry => filter.Models?.Contains(entry.Model) != false)];

    private async Task<List<ImageId>> ResetFailuresAsync(
        string collection, FailureFilter filter, int limit, CancellationToken cancellationToken)
    {
        var ids = await mongo.FindAsync(
            collection,
            FailureCondition(filter),
            new FindOptions<BsonDocument> { Limit = limit, Projection = IdOnly },
            document => document["_id"].ToId(),
            cancellationToken);
        await mongo.WriteAsync(collection,
            [.. ids.Select(failure => Update(
                new BsonDocument { { "_id", failure }, { "state", Failed } },
                new BsonDocument
                {
                    { "$set", new BsonDocument { { "state", Pending }, { "attempts", 0 } } },
                    { "$unset", new BsonDocument { { "reason", 1 } } },
                    { "$currentDate", new BsonDocument { { "at", true } } },
                }))],
            cancellationToken);
        return ids;
    }

    /// <summary>The reason is what failures alone have: their index holds those that have one.</summary>
    private static BsonDocument FailureCondition(FailureFilter filter)
    {
        var condition = new BsonDocument { { "state", Failed } };
        condition = filter.Reason is { } reason ? condition.Add("reason", reason) : condition.Add("reason", Exists);
        return filter.Ids is { } ids ? condition.Add("_id", new BsonDocument { { "$in", ids } }) : condition;
    }

    /// <summary>The place of a failure in the list: the latest first, of those of one moment by descending id and collection.</summary>
    private readonly record struct FailureCursor(long At, ImageId Id, string Collection) : IComparable<FailureCursor>
    {
        public static FailureCursor? Parse(string? text)
        {
            if (text is null)
            {
                return null;
            }

            return text.Split('-', 3) is [var time, var id, var collection] && ImageId.TryParse(id, null, out var image)
                && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                && at <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? new FailureCursor(at, image, collection)
                : throw BadCursor();
        }

        /// <summary>What of a collection comes after this place.</summary>
        public BsonArray After(string collection)
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(At);
            var verb = string.CompareOrdinal(collection, Collection) < 0 ? "$lte" : "$lt";
            return
            [
                new BsonDocument { { "at", new BsonDocument { { "$lt", at } } } },
                new BsonDocument { { "at", at }, { "_id", new BsonDocument { { verb, Id } } } },
            ];
        }

        public int CompareTo(FailureCursor other) =>
            (At, Id).CompareTo((other.At, other.Id)) is not 0 and var order ? order : string.CompareOrdinal(Collection, other.Collection);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}-{Id}-{Collection}");
    }
}
