using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Testing;

/// <summary>What every <see cref="IImageStore"/> promises. This part: records.</summary>
public abstract partial class ImageStoreTests : IAsyncLifetime
{
    /// <summary>The clock of a store that takes the time from outside; a server has its own.</summary>
    protected FakeTimeProvider Clock { get; } = new();

    /// <summary>The store under test, empty at the start of each test.</summary>
    protected IImageStore Store { get; private set; } = null!;

    /// <summary>Opens the store of this test once more, as another process would.</summary>
    protected abstract Task<IImageStore> OpenAsync();

    /// <returns>The store's time.</returns>
    protected virtual Task<DateTimeOffset> NowAsync() => Task.FromResult(Clock.GetUtcNow());

    /// <summary>Lets everything that is stored become older.</summary>
    protected virtual Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return Task.CompletedTask;
    }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Add_NewPicture_IsFoundWithTheStoresTime()
    {
        var before = await NowAsync();
        Assert.Equal(AddOutcome.Added, await Store.AddAsync(Samples.Image(1, "b", "a", "b"), Token));

        var found = await Store.FindAsync(Samples.Id(1), Token);

        Assert.NotNull(found);
        Assert.Equal(["a", "b"], found.Tags);
        Assert.InRange(found.AddedAt, before, await NowAsync());
        Assert.Equal(Samples.Image(1) with { Tags = found.Tags, AddedAt = found.AddedAt }, found);
    }

    [Fact]
    public async Task Add_SamePictureAgain_IsDuplicateAndKeepsItsRecord()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await PassAsync(TimeSpan.FromMinutes(1));
        var first = await Store.FindAsync(Samples.Id(1), Token);

        Assert.Equal(AddOutcome.Duplicate, await Store.AddAsync(Samples.Image(1) with { Source = "another name" }, Token));

        Assert.Equal(first!.Source, (await Store.FindAsync(Samples.Id(1), Token))!.Source);
        Assert.Equal(first.AddedAt, (await Store.FindAsync(Samples.Id(1), Token))!.AddedAt);
        Assert.Equal(1, await Store.CountAsync(Token));
    }

    [Fact]
    public async Task Add_ManyTasksAddTheSamePicture_ExactlyOneAddsIt()
    {
        var other = await OpenAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? Store : other).AddAsync(Samples.Image(1, $"tag{i}"), Token))));

        Assert.Single(outcomes, AddOutcome.Added);
        Assert.Equal(40, (await Store.FindAsync(Samples.Id(1), Token))!.Tags.Count);
        Assert.Equal(1, await Store.CountAsync(Token));
    }

    [Fact]
    public async Task Find_SeveralIds_ReturnsTheKnownOnes()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.AddAsync(Samples.Image(2), Token);
        await Store.DeleteAsync(Samples.Id(2), Token);

        var found = await Store.FindAsync([Samples.Id(1), Samples.Id(2), Samples.Id(3), Samples.Id(1)], Token);

        Assert.Equal([Samples.Id(1)], found.Keys);
    }

    [Fact]
    public async Task Delete_KnownPicture_IsGoneOnce()
    {
        await Store.AddAsync(Samples.Image(1, "a"), Token);

        Assert.True(await Store.DeleteAsync(Samples.Id(1), Token));
        Assert.False(await Store.DeleteAsync(Samples.Id(1), Token));

        Assert.Null(await Store.FindAsync(Samples.Id(1), Token));
        Assert.Equal(0, await Store.CountAsync(Token));
        Assert.Empty((await Store.ListAsync(new ImageFilter { Tag = "a" }, 10, null, Token)).Images);
    }

    [Fact]
    public async Task Delete_UnknownPicture_IsFalse() => Assert.False(await Store.DeleteAsync(Samples.Id(1), Token));

    [Fact]
    public async Task Add_DeletedPicture_IsAddedAnewWithoutVectors()
    {
        await Store.AddAsync(Samples.Image(1, "old"), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        await Store.DeleteAsync(Samples.Id(1), Token);

        Assert.Equal(AddOutcome.Added, await Store.AddAsync(Samples.Image(1, "new"), Token));

        Assert.Equal(["new"], (await Store.FindAsync(Samples.Id(1), Token))!.Tags);
        Assert.Empty(await Store.FindExtractionsAsync(Samples.Id(1), Token));
        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
        Assert.Equal([Samples.Id(1)], await Store.ListPendingAsync(Samples.Model, null, TimeSpan.Zero, 10, Token));
    }

    [Fact]
    public async Task List_PagesWhilePicturesAreAdded_EachOldOneOnceNewestFirst()
    {
        for (var i = 0; i < 7; i++)
        {
            await Store.AddAsync(Samples.Image(i), Token);
        }

        var listed = new List<ImageId>();
        string? cursor = null;
        var added = 100;
        do
        {
            var page = await Store.ListAsync(ImageFilter.All, 3, cursor, Token);
            listed.AddRange(page.Images.Select(image => image.Id));
            cursor = page.Next;
            await Store.AddAsync(Samples.Image(added++), Token);
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(Samples.Id), listed);
    }

    [Fact]
    public async Task List_LastPageIsFull_HasNoNext()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.AddAsync(Samples.Image(2), Token);

        Assert.Null((await Store.ListAsync(ImageFilter.All, 2, null, Token)).Next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999")]
    public async Task List_ForeignCursor_IsAFormatException(string cursor) =>
        await Assert.ThrowsAsync<FormatException>(() => Store.ListAsync(ImageFilter.All, 10, cursor, Token));

    [Fact]
    public async Task List_ByTag_PagesThroughThoseThatHaveIt()
    {
        for (var i = 0; i < 10; i++)
        {
            await Store.AddAsync(Samples.Image(i, i % 2 == 0 ? ["even", "any"] : ["any"]), Token);
        }

        var first = await Store.ListAsync(new ImageFilter { Tag = "even" }, 3, null, Token);
        var second = await Store.ListAsync(new ImageFilter { Tag = "even" }, 3, first.Next, Token);

        Assert.Equal(new[] { 8, 6, 4, 2, 0 }.Select(Samples.Id), first.Images.Concat(second.Images).Select(image => image.Id));
        Assert.Null(second.Next);
        Assert.Empty((await Store.ListAsync(new ImageFilter { Tag = "eve" }, 3, null, Token)).Images);
    }

    [Fact]
    public async Task List_ByState_JudgesOverTheGivenModels()
    {
        var (a, b) = (new ModelKey("a", "1"), new ModelKey("b", "1"));
        for (var i = 0; i < 4; i++)
        {
            await Store.AddAsync(Samples.Image(i), Token);
        }

        await Store.PutVectorsAsync(a, [Samples.Vector(0), Samples.Vector(1)], Token);
        await Store.PutVectorsAsync(b, [Samples.Vector(0)], Token);
        await Store.PutFailuresAsync(b, [new ExtractionFailure(Samples.Id(1), 1, "broken")], Token);
        await Store.PutFailuresAsync(a, [new ExtractionFailure(Samples.Id(2), 1, "broken")], Token);

        Assert.Equal([3, 2], await ListNumbers(ImageState.Pending, a, b));
        Assert.Equal([2, 1], await ListNumbers(ImageState.Failed, a, b));
        Assert.Equal([0], await ListNumbers(ImageState.Indexed, a, b));
        Assert.Equal([1, 0], await ListNumbers(ImageState.Indexed, a));
        Assert.Equal([3], await ListNumbers(ImageState.Pending, a));
        Assert.Equal([3, 2, 1, 0], await ListNumbers(ImageState.Pending, new ModelKey("a", "2")));
    }

    private async Task<List<int>> ListNumbers(ImageState state, params IReadOnlyList<ModelKey> models)
    {
        var page = await Store.ListAsync(new ImageFilter { State = state, Models = models }, 10, null, Token);
        return [.. page.Images.Select(image => (int)image.Bytes - 1000)];
    }
}
