using ImageSearch.Core.Store;

namespace ImageSearch.Testing;

/// <summary>This part: changes of tags.</summary>
public abstract partial class ImageStoreTests
{
    [Fact]
    public async Task ChangeTags_AddAndRemove_ChangesThosePicturesOnly()
    {
        await Store.AddAsync(Samples.Image(1, "a", "b"), Token);
        await Store.AddAsync(Samples.Image(2, "c"), Token);
        await Store.AddAsync(Samples.Image(3, "a"), Token);

        var change = await Store.ChangeTagsAsync([Samples.Id(1), Samples.Id(2), Samples.Id(2), Samples.Id(9)], ["z", "c"], ["a"], Token);

        Assert.Equal(new TagChange(2, 1), change);
        Assert.Equal(["b", "c", "z"], (await Store.FindAsync(Samples.Id(1), Token))!.Tags);
        Assert.Equal(["c", "z"], (await Store.FindAsync(Samples.Id(2), Token))!.Tags);
        Assert.Equal(["a"], (await Store.FindAsync(Samples.Id(3), Token))!.Tags);
        Assert.Equal([Samples.Id(2), Samples.Id(1)], (await Store.ListAsync(new ImageFilter { Tag = "z" }, 10, null, Token)).Images.Select(image => image.Id));
        Assert.Equal([Samples.Id(3)], (await Store.ListAsync(new ImageFilter { Tag = "a" }, 10, null, Token)).Images.Select(image => image.Id));
    }

    [Fact]
    public async Task ChangeTags_Repeated_ChangesNothingAndIsNoChangeInTheFeed()
    {
        await Store.AddAsync(Samples.Image(1, "a"), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        Assert.Equal(new TagChange(1, 0), await Store.ChangeTagsAsync([Samples.Id(1)], ["b"], ["a"], Token));
        var before = await ReadAllAsync(Samples.Model);

        Assert.Equal(new TagChange(0, 0), await Store.ChangeTagsAsync([Samples.Id(1)], ["b"], ["a", "never"], Token));

        Assert.Empty((await Store.ReadChangesAsync(Samples.Model, new(0, 1), before.Next, 10, Token)).Changes);
        Assert.Equal(["b"], (await Store.FindAsync(Samples.Id(1), Token))!.Tags);
    }

    [Fact]
    public async Task ChangeTags_IndexedInSeveralModels_EachFeedRepeatsTheVector()
    {
        var other = Samples.Model with { Name = "other" };
        await Store.AddAsync(Samples.Image(1, "a", "keep"), Token);
        foreach (var model in new[] { Samples.Model, other })
        {
            await Store.PutVectorsAsync(model, [Samples.Vector(1)], Token);
        }

        var (first, second) = ((await ReadAllAsync(Samples.Model)).Next, (await ReadAllAsync(other)).Next);

        await Store.ChangeTagsAsync([Samples.Id(1)], [], ["a"], Token);

        foreach (var (model, since) in new[] { (Samples.Model, first), (other, second) })
        {
            var change = Assert.Single((await Store.ReadChangesAsync(model, new(0, 1), since, 10, Token)).Changes);
            Assert.Equal(["keep"], change.Tags);
            Assert.Equal(Samples.Floats(1), change.Vector.ToArray());
        }
    }

    [Fact]
    public async Task ChangeTags_BeforeTheVectorComes_TheVectorHasThem()
    {
        await Store.AddAsync(Samples.Image(1, "a"), Token);
        await Store.ChangeTagsAsync([Samples.Id(1)], ["b"], ["a"], Token);

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);

        Assert.Equal(["b"], (await ReadAllAsync(Samples.Model)).Live[Samples.Id(1)].Tags);
    }

    [Fact]
    public async Task ChangeTags_DeletedAndAddedAnew_StartsFromTheNewTags()
    {
        await Store.AddAsync(Samples.Image(1, "a"), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        await Store.ChangeTagsAsync([Samples.Id(1)], ["b"], [], Token);
        await Store.DeleteAsync(Samples.Id(1), Token);
        Assert.Equal(new TagChange(0, 1), await Store.ChangeTagsAsync([Samples.Id(1)], ["c"], [], Token));

        await Store.AddAsync(Samples.Image(1, "new"), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        Assert.Equal(["new"], (await ReadAllAsync(Samples.Model)).Live[Samples.Id(1)].Tags);
        await Store.ChangeTagsAsync([Samples.Id(1)], ["c"], ["new"], Token);

        Assert.Equal(["c"], (await ReadAllAsync(Samples.Model)).Live[Samples.Id(1)].Tags);
    }

    [Fact]
    public async Task ChangeTags_SameTagInBoth_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ChangeTagsAsync([Samples.Id(1)], ["a"], ["a"], Token));

    [Fact]
    public async Task ChangeTags_ThousandPictures_AllOfThem()
    {
        var ids = Enumerable.Range(0, 1200).Select(Samples.Id).ToList();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1200), Token, async (i, token) => await Store.AddAsync(Samples.Image(i, "old"), token));
        await Store.PutVectorsAsync(Samples.Model, [.. Enumerable.Range(0, 1200).Select(i => Samples.Vector(i))], Token);

        Assert.Equal(new TagChange(1200, 0), await Store.ChangeTagsAsync(ids, ["new"], ["old"], Token));

        var (live, _) = await ReadAllAsync(Samples.Model, limit: 500);
        Assert.Equal(1200, live.Count);
        Assert.All(live.Values, change => Assert.Equal(["new"], change.Tags));
    }

    [Fact]
    public async Task ChangeTags_ManyWritersAtOnce_RecordAndFeedAgreeInTheEnd()
    {
        var other = await OpenAsync();
        await Store.AddAsync(Samples.Image(1, "a"), Token);
        await Store.AddAsync(Samples.Image(2, "a"), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? Store : other).ChangeTagsAsync(
            [Samples.Id(1), Samples.Id(2)], i % 4 < 2 ? [$"tag{i % 8}"] : [], i % 4 < 2 ? [] : [$"tag{(i + 6) % 8}", "a"], Token)))
            .Append(Task.Run(() => other.PutVectorsAsync(Samples.Model, [Samples.Vector(2)], Token))));

        var (live, _) = await ReadAllAsync(Samples.Model);
        foreach (var id in new[] { Samples.Id(1), Samples.Id(2) })
        {
            var record = await Store.FindAsync(id, Token);
            Assert.DoesNotContain("a", record!.Tags);
            Assert.Equal(record.Tags, live[id].Tags);
            Assert.All(record.Tags, tag => Assert.Contains(id, Store.ListAsync(new ImageFilter { Tag = tag }, 10, null, Token).Result.Images.Select(image => image.Id)));
        }
    }
}
