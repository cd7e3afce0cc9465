using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>This part: tags. A vector has those of its picture, so that the feed needs nothing but the vector.</summary>
internal sealed partial class MongoImageStore
{
    public async Task<TagChange> ChangeTagsAsync(
        IReadOnlyCollection<ImageId> ids, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken)
    {
        TagSets.ThrowIfBoth(add, remove);
        await schema.EnsureAsync(cancellationToken);
        var lives = await FindInPiecesAsync(
            MongoSchema.Images, ids, new BsonDocument("added", Exists), LifeFields, ReadLife, cancellationToken);
        var changed = 0;
        // Most pictures that are added again have their tags: that takes no transaction.
        foreach (var piece in lives.Where(IsChanged).Select(life => life.Id).Chunk(MaximumIds))
        {
            var collections = await schema.ListAsync(cancellationToken);
            changed += await mongo.TransactAsync(
                async (transaction, stop) =>
                {
                    var current = await FindLivesAsync(transaction, new BsonDocument { { "$in", piece } }, stop);
                    List<ImageId> differing = [.. current.Values.Where(IsChanged).Select(life => life.Id)];
                    if (differing.Count > 0)
                    {
                        await ChangeTagsAsync(transaction, differing, add, remove, collections, stop);
                    }

                    return differing.Count;
                },
                cancellationToken);
        }

        return new TagChange(changed, ids.Distinct().Count() - lives.Count);

        bool IsChanged(Life life) =>
            add.Except(life.Tags, StringComparer.Ordinal).Any() || life.Tags.Intersect(remove, StringComparer.Ordinal).Any();
    }

    private static async Task ChangeTagsAsync(
        MongoTransaction transaction, List<ImageId> ids, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        List<(ModelKey Model, string Collection)> collections, CancellationToken cancellationToken)
    {
        await transaction.WriteAsync(MongoSchema.Images, [.. Changes(Of(new BsonDocument("added", Exists)), [])], cancellationToken);
        foreach (var (_, collection) in collections)
        {
            await transaction.KeepAbsentAsync(collection, ids, cancellationToken);
            // Other outcomes are written to as well: a vector that takes such a one's place now has to look at the tags again.
            var touch = new UpdateManyModel<BsonDocument>(
                Of(new BsonDocument("state", new BsonDocument("$ne", Indexed))), new BsonDocument("$inc", new BsonDocument("touched", 1)));
            var now = new BsonDocument("$currentDate", new BsonDocument("updatedAt", true));
            await transaction.WriteAsync(collection, [touch, .. Changes(Of(new BsonDocument("state", Indexed)), now)], cancellationToken);
        }

        BsonDocument Of(BsonDocument condition) => condition.Add("_id", new BsonDocument { { "$in", ids } });

        IEnumerable<UpdateManyModel<BsonDocument>> Changes(BsonDocument filter, BsonDocument also)
        {
            if (add.Count > 0)
            {
                var operand = new BsonDocument { { "$each", add } };
                yield return new UpdateManyModel<BsonDocument>(
                    filter, new BsonDocument(also) { { "$addToSet", new BsonDocument("tags", operand) } });
            }

            if (remove.Count > 0)
            {
                yield return new UpdateManyModel<BsonDocument>(
                    filter, new BsonDocument(also) { { "$pullAll", new BsonDocument { { "tags", remove } } } });
            }
        }
    }
}
