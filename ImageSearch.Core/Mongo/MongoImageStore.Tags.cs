using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// This part: tags. A change raises the picture's <c>tagRev</c> and marks it; then the vectors take over the picture's tags with that number,
/// unless they have those of a later one: whoever is slow, or finishes for a process that was killed, takes nothing back.
/// </summary>
internal sealed partial class MongoImageStore
{
    public async Task<TagChange> ChangeTagsAsync(
        IReadOnlyCollection<ImageId> ids, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancellationToken)
    {
        TagSets.ThrowIfBoth(add, remove);
        await schema.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var lives = await FindLivesAsync(ids, cancellationToken).ConfigureAwait(false);
        var changed = lives.Values.Where(life => add.Except(life.Tags, StringComparer.Ordinal).Any() || life.Tags.Intersect(remove, StringComparer.Ordinal).Any()).ToList();
        foreach (var piece in changed.Select(life => life.Id).Chunk(MaximumIds))
        {
            List<WriteModel<BsonDocument>> updates = [];
            if (add.Count > 0)
            {
                updates.Add(MarkTags(piece, new BsonDocument { { "$not", new BsonDocument { { "$all", add } } } }, "$addToSet", new BsonDocument { { "$each", add } }));
            }

            if (remove.Count > 0)
            {
                updates.Add(MarkTags(piece, new BsonDocument { { "$in", remove } }, "$pullAll", remove));
            }

            await mongo.WriteAsync(MongoSchema.Images, updates, cancellationToken).ConfigureAwait(false);
        }

        // All of them, not only those that changed: an earlier call may have been cut off between picture and vector.
        await FinishTaggingAsync([.. lives.Keys], cancellationToken).ConfigureAwait(false);
        return new TagChange(changed.Count, ids.Distinct().Count() - lives.Count);
    }

    /// <returns>False when the picture is not known any more: add it anew.</returns>
    private async Task<bool> AddTagsAsync(ImageRecord image, CancellationToken cancellationToken)
    {
        var known = await mongo.FindAsync(
            MongoSchema.Images, new BsonDocument { { "_id", image.Id } }, new FindOptions<BsonDocument>(),
            document => (IsAlive: document.Contains("added"), IsDeleting: document.Contains("deleting"), IsTagging: document.Contains("tagging"), Tags: document["tags"].ToStrings()),
            cancellationToken).ConfigureAwait(false);
        if (known is not [{ IsAlive: true } found])
        {
            if (known is [{ IsDeleting: true }])
            {
                await FinishDeletionAsync(image.Id, cancellationToken).ConfigureAwait(false);
            }

            return false;
        }

        var fresh = Distinct(image.Tags.Except(found.Tags, StringComparer.Ordinal));
        if (fresh.Length > 0)
        {
            // The mark stays until the vectors have the tags: a process that is killed in between leaves it to the next.
            var update = MarkTags([image.Id], Exists, "$addToSet", new BsonDocument { { "$each", fresh } });
            var writes = await mongo.WriteAsync(MongoSchema.Images, [update], cancellationToken).ConfigureAwait(false);
            if (writes.Count == 0)
            {
                return false;
            }
        }

        if (fresh.Length > 0 || found.IsTagging)
        {
            await FinishTaggingAsync([image.Id], cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Gives the vectors of those pictures that are marked all tags that these have; a mark goes when none has come meanwhile (then it is the other's to take away).</summary>
    private async Task FinishTaggingAsync(List<ImageId> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var marked = await FindInPiecesAsync(
            MongoSchema.Images, ids, new BsonDocument { { "added", Exists }, { "tagging", true } }, LifeFields, ReadLife, cancellationToken).ConfigureAwait(false);
        if (marked.Count == 0)
        {
            return;
        }

        foreach (var (_, collection) in await schema.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            await mongo.WriteAsync(collection, [.. marked.Select(life => Retag(life))], cancellationToken).ConfigureAwait(false);
        }

        await mongo.WriteAsync(MongoSchema.Images,
            [.. marked.Select(life => Update(
                new BsonDocument { { "_id", life.Id }, { "tagging", true }, { "tags", life.Tags }, { "tagRev", life.TagRevision > 0 ? new BsonDocument { { "$eq", life.TagRevision } } : Absent } },
                new BsonDocument { { "$unset", new BsonDocument { { "tagging", 1 } } } }))],
            cancellationToken).ConfigureAwait(false);
    }

    private static UpdateManyModel<BsonDocument> MarkTags(ImageId[] ids, BsonDocument condition, string verb, BsonDocument operand) =>
        MarkTags(ids, condition, new BsonDocument { { verb, new BsonDocument { { "tags", operand } } } });

    private static UpdateManyModel<BsonDocument> MarkTags(ImageId[] ids, BsonDocument condition, string verb, IReadOnlyCollection<string> tags) =>
        MarkTags(ids, condition, new BsonDocument { { verb, new BsonDocument { { "tags", tags } } } });

    private static UpdateManyModel<BsonDocument> MarkTags(ImageId[] ids, BsonDocument condition, BsonDocument change) => new(
        new BsonDocument { { "_id", new BsonDocument { { "$in", ids } } }, { "added", Exists }, { "tags", condition } },
        change.Add("$set", new BsonDocument { { "tagging", true } }).Add("$inc", new BsonDocument { { "tagRev", 1 } }));

    /// <summary>Gives a vector the picture's tags, unless it has those of a later change: that makes it a change of the feed.</summary>
    private static UpdateOneModel<BsonDocument> Retag(in Life life)
    {
        var behind = new BsonDocument { { "_id", life.Id }, { "generation", life.Generation }, { "state", Indexed } };
        if (life.TagRevision > 0)
        {
            BsonArray earlier = [new BsonDocument { { "tagRev", Absent } }, new BsonDocument { { "tagRev", new BsonDocument { { "$lt", life.TagRevision } } } }];
            behind.Add("$or", earlier);
        }
        else
        {
            // Changed before changes were counted.
            behind.Add("tagRev", Absent).Add("tags", new BsonDocument { { "$ne", life.Tags } });
        }

        return Update(
            behind,
            new BsonDocument
            {
                { "$set", TagRevision(life, new BsonDocument { { "tags", life.Tags } }) },
                { "$inc", new BsonDocument { { "rev", 1 } } },
                { "$currentDate", new BsonDocument { { "updatedAt", true } } },
            });
    }

    /// <summary>The number is absent while there was no change: so it is where it was not known yet.</summary>
    private static BsonDocument TagRevision(in Life life, BsonDocument fields) => life.TagRevision > 0 ? fields.Add("tagRev", life.TagRevision) : fields;
}
