using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;

namespace ImageSearch.Testing;

/// <summary>This part: the change feed.</summary>
public abstract partial class ImageStoreTests
{
    [Fact]
    public async Task ReadChanges_EmptyStore_IsCaughtUpNow()
    {
        var before = await NowAsync();

        var page = await Store.ReadChangesAsync(Samples.Model, new(0, 1), default, 10, Token);

        Assert.Empty(page.Changes);
        Assert.True(page.CaughtUp);
        Assert.InRange(page.ReadAt, before, await NowAsync());
    }

    [Fact]
    public async Task ReadChanges_InPages_EveryVectorWithItsTags()
    {
        for (var i = 0; i < 10; i++)
        {
            await Store.AddAsync(Samples.Image(i, $"tag{i}"), Token);
        }

        await Store.PutVectorsAsync(Samples.Model, [.. Enumerable.Range(0, 10).Select(i => Samples.Vector(i))], Token);

        var (live, _) = await ReadAllAsync(Samples.Model, limit: 3);

        Assert.Equal(10, live.Count);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Samples.Floats(i), live[Samples.Id(i)].Vector.ToArray());
            Assert.Equal([$"tag{i}"], live[Samples.Id(i)].Tags);
        }
    }

    [Fact]
    public async Task ReadChanges_LastPageIsExactlyFull_IsCaughtUp()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.AddAsync(Samples.Image(2), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1), Samples.Vector(2)], Token);

        Assert.True((await Store.ReadChangesAsync(Samples.Model, new(0, 1), default, 2, Token)).CaughtUp);
        Assert.False((await Store.ReadChangesAsync(Samples.Model, new(0, 1), default, 1, Token)).CaughtUp);
    }

    [Fact]
    public async Task ReadChanges_OfShards_EachVectorInExactlyOne()
    {
        for (var i = 0; i < 60; i++)
        {
            await Store.AddAsync(Samples.Image(i), Token);
        }

        await Store.PutVectorsAsync(Samples.Model, [.. Enumerable.Range(0, 60).Select(i => Samples.Vector(i))], Token);

        var all = new List<ImageId>();
        for (var shard = 0; shard < 7; shard++)
        {
            var (live, _) = await ReadAllAsync(Samples.Model, new ShardKey(shard, 7));
            Assert.All(live.Keys, id => Assert.True(new ShardKey(shard, 7).Owns(id)));
            all.AddRange(live.Keys);
        }

        Assert.Equal(Enumerable.Range(0, 60).Select(Samples.Id).Order(), all.Order());
    }

    [Fact]
    public async Task ReadChanges_CaughtUpShardWithoutChanges_GoesOnFromThere()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        var stranger = new ShardKey((Samples.Id(1).Bucket + 1) % 2, 2);
        var page = await Store.ReadChangesAsync(Samples.Model, stranger, default, 10, Token);
        Assert.Empty(page.Changes);

        var mine = Enumerable.Range(2, 100).First(i => stranger.Owns(Samples.Id(i)));
        await Store.AddAsync(Samples.Image(mine), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(mine)], Token);

        Assert.Equal([Samples.Id(mine)], (await Store.ReadChangesAsync(Samples.Model, stranger, page.Next, 10, Token)).Changes.Select(change => change.Id));
    }

    [Fact]
    public async Task ReadChanges_AfterDeletion_DeletesInEveryModelVersion()
    {
        var newer = Samples.Model with { Version = "2" };
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        await Store.PutVectorsAsync(newer, [Samples.Vector(1)], Token);
        var (old, other) = ((await ReadAllAsync(Samples.Model)).Next, (await ReadAllAsync(newer)).Next);

        await Store.DeleteAsync(Samples.Id(1), Token);

        foreach (var (model, since) in new[] { (Samples.Model, old), (newer, other) })
        {
            var change = Assert.Single((await Store.ReadChangesAsync(model, new(0, 1), since, 10, Token)).Changes);
            Assert.True(change.IsDeletion);
            Assert.Equal(Samples.Id(1), change.Id);
        }
    }

    [Fact]
    public async Task ReadChanges_DeletedAndAddedAnew_TheNewVectorCounts()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        await Store.DeleteAsync(Samples.Id(1), Token);
        var deleted = await ReadAllAsync(Samples.Model);
        Assert.Empty(deleted.Live);
        await Store.AddAsync(Samples.Image(1, "again"), Token);

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1) with { Vector = Samples.Floats(2) }], Token);

        var change = Assert.Single((await Store.ReadChangesAsync(Samples.Model, new(0, 1), deleted.Next, 10, Token)).Changes);
        Assert.Equal(Samples.Floats(2), change.Vector.ToArray());
        Assert.Equal(["again"], change.Tags);
    }

    [Fact]
    public async Task ReadChanges_NewTags_RepeatTheVectorWithThem()
    {
        await Store.AddAsync(Samples.Image(1, "a"), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        var before = await ReadAllAsync(Samples.Model);

        await Store.AddAsync(Samples.Image(1, "b"), Token);

        var change = Assert.Single((await Store.ReadChangesAsync(Samples.Model, new(0, 1), before.Next, 10, Token)).Changes);
        Assert.Equal(["a", "b"], change.Tags);
        Assert.Equal(Samples.Floats(1), change.Vector.ToArray());
        await Store.AddAsync(Samples.Image(1, "a"), Token);
        Assert.Empty((await Store.ReadChangesAsync(Samples.Model, new(0, 1), (await ReadAllAsync(Samples.Model)).Next, 10, Token)).Changes);
    }

    [Fact]
    public async Task ReadChanges_WhileSeveralWritersWrite_MissesNothing()
    {
        const int Writers = 4;
        const int Each = 60;
        var stores = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => OpenAsync()));
        var writing = Task.WhenAll(stores.Select((store, writer) => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var number = (writer * Each) + i;
                await store.AddAsync(Samples.Image(number), Token);
                await store.PutVectorsAsync(Samples.Model, [Samples.Vector(number)], Token);
                if (i % 5 == 0)
                {
                    await store.DeleteAsync(Samples.Id(number), Token);
                }
            }
        })));

        // Follows as an index does: applies pages in order, never looks back.
        var live = new HashSet<ImageId>();
        var cursor = default(ChangeCursor);
        bool done;
        ChangePage page;
        do
        {
            done = writing.IsCompleted;
            page = await Store.ReadChangesAsync(Samples.Model, new(0, 1), cursor, 7, Token);
            foreach (var change in page.Changes)
            {
                _ = change.IsDeletion ? live.Remove(change.Id) : live.Add(change.Id);
            }

            cursor = page.Next;
        }
        while (!done || !page.CaughtUp);

        await writing;
        var expected = Enumerable.Range(0, Writers * Each).Where(number => number % Each % 5 != 0).Select(Samples.Id);
        Assert.Equal(expected.Order(), live.Order());
    }

    /// <summary>Reads the feed from its beginning to its end, as a new index would.</summary>
    protected async Task<(Dictionary<ImageId, VectorChange> Live, ChangeCursor Next)> ReadAllAsync(ModelKey model, ShardKey? shard = null, int limit = 100)
    {
        var live = new Dictionary<ImageId, VectorChange>();
        var cursor = default(ChangeCursor);
        ChangePage page;
        do
        {
            page = await Store.ReadChangesAsync(model, shard ?? new(0, 1), cursor, limit, Token);
            Assert.True(page.Changes.Count <= limit);
            foreach (var change in page.Changes)
            {
                live.Remove(change.Id);
                if (!change.IsDeletion)
                {
                    live.Add(change.Id, change);
                }
            }

            cursor = page.Next;
        }
        while (!page.CaughtUp);

        return (live, cursor);
    }
}
