using FsCheck;
using FsCheck.Fluent;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.Testing;

namespace ImageSearch.Core.Tests;

/// <summary>Any sequence of calls, compared with a model of a few dictionaries; a reader follows the feed all the time.</summary>
internal static class ImageStoreProperty
{
    private static readonly ModelKey[] Models = [new("a", "1"), new("a", "2"), new("b", "1")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private enum Call
    {
        Add,
        AddWithTag,
        Tag,
        Untag,
        Delete,
        PutVector,
        PutFailure,
        Reset,
        Follow,
    }

    /// <param name="open">Opens a store that is empty, and what is to be disposed after it.</param>
    /// <param name="sequences">How many sequences of calls, of up to <paramref name="longest"/> each.</param>
    public static void Check(Func<Task<(IImageStore Store, IAsyncDisposable Scope)>> open, int sequences, int longest)
    {
        var step = from call in Gen.Elements(Enum.GetValues<Call>())
                   from picture in Gen.Choose(0, 3)
                   from model in Gen.Choose(0, Models.Length - 1)
                   select (Call: call, Picture: picture, Model: model);
        var property = Prop.ForAll(step.ArrayOf().ToArbitrary(), steps => RunAsync(open, steps).GetAwaiter().GetResult());

        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(sequences).WithEndSize(longest), property);
    }

    private static async Task<bool> RunAsync(Func<Task<(IImageStore Store, IAsyncDisposable Scope)>> open, (Call Call, int Picture, int Model)[] steps)
    {
        var (store, scope) = await open();
        await using (scope)
        {
            return await RunAsync(store, steps);
        }
    }

    private static async Task<bool> RunAsync(IImageStore store, (Call Call, int Picture, int Model)[] steps)
    {
        var tags = new Dictionary<int, HashSet<string>>();
        var states = new Dictionary<(int Picture, int Model), ImageState>();
        var followers = Models.Select(_ => (Live: new Dictionary<ImageId, string>(), Cursor: default(ChangeCursor))).ToArray();
        foreach (var (call, picture, model) in steps)
        {
            switch (call)
            {
                case Call.Add or Call.AddWithTag:
                    var given = call == Call.Add ? [] : new[] { $"tag{model}" };
                    Assert.Equal(tags.ContainsKey(picture) ? AddOutcome.Duplicate : AddOutcome.Added, await store.AddAsync(Samples.Image(picture, given), Token));
                    tags.TryAdd(picture, []);
                    tags[picture].UnionWith(given);
                    break;
                case Call.Tag or Call.Untag:
                    var (add, remove) = call == Call.Tag ? (new[] { $"tag{model}" }, Array.Empty<string>()) : ([$"tag{(model + 1) % Models.Length}"], [$"tag{model}"]);
                    var isKnown = tags.TryGetValue(picture, out var had);
                    var becomes = (had ?? []).Except(remove).Union(add).ToHashSet();
                    Assert.Equal(
                        new TagChange(isKnown && !becomes.SetEquals(had!) ? 1 : 0, isKnown ? 0 : 1),
                        await store.ChangeTagsAsync([Samples.Id(picture)], add, remove, Token));
                    if (isKnown)
                    {
                        tags[picture] = becomes;
                    }

                    break;
                case Call.Delete:
                    Assert.Equal(tags.Remove(picture), await store.DeleteAsync(Samples.Id(picture), Token));
                    Array.ForEach([0, 1, 2], index => states.Remove((picture, index)));
                    break;
                case Call.PutVector:
                    await store.PutVectorsAsync(Models[model], [Samples.Vector(picture)], Token);
                    Set(picture, model, ImageState.Indexed);
                    break;
                case Call.PutFailure:
                    await store.PutFailuresAsync(Models[model], [new ExtractionFailure(Samples.Id(picture), 1, "broken")], Token);
                    Set(picture, model, ImageState.Failed);
                    break;
                case Call.Reset:
                    await store.ResetFailuresAsync(new FailureFilter { Ids = [Samples.Id(picture)], Models = [Models[model]] }, 100, Token);
                    if (states.GetValueOrDefault((picture, model)) == ImageState.Failed)
                    {
                        states[(picture, model)] = ImageState.Pending;
                    }

                    break;
                default:
                    followers[model].Cursor = await FollowAsync(store, Models[model], followers[model].Live, followers[model].Cursor);
                    break;
            }
        }

        for (var model = 0; model < Models.Length; model++)
        {
            var index = model;
            await FollowAsync(store, Models[model], followers[model].Live, followers[model].Cursor);
            var expected = tags.Where(pair => states.GetValueOrDefault((pair.Key, index)) == ImageState.Indexed)
                .ToDictionary(pair => Samples.Id(pair.Key), pair => string.Join(',', pair.Value.Order(StringComparer.Ordinal)));
            Assert.Equal(expected.OrderBy(pair => pair.Key), followers[model].Live.OrderBy(pair => pair.Key));

            foreach (var state in (ImageState[])[ImageState.Pending, ImageState.Indexed, ImageState.Failed])
            {
                var page = await store.ListAsync(new ImageFilter { State = state, Models = [Models[model]] }, 10, null, Token);
                Assert.Equal(tags.Keys.Where(picture => states.GetValueOrDefault((picture, index)) == state).Select(Samples.Id).Order(), page.Images.Select(image => image.Id).Order());
            }

            Assert.Equal(
                tags.Keys.Where(picture => states.GetValueOrDefault((picture, index)) == ImageState.Pending).Select(Samples.Id).Order(),
                await store.ListPendingAsync(Models[model], null, TimeSpan.Zero, 10, Token));
        }

        Assert.Equal(tags.Count, await store.CountAsync(Token));
        return true;

        void Set(int picture, int model, ImageState state)
        {
            if (tags.ContainsKey(picture) && states.GetValueOrDefault((picture, model)) != ImageState.Indexed)
            {
                states[(picture, model)] = state;
            }
        }
    }

    private static async Task<ChangeCursor> FollowAsync(IImageStore store, ModelKey model, Dictionary<ImageId, string> live, ChangeCursor cursor)
    {
        ChangePage page;
        do
        {
            page = await store.ReadChangesAsync(model, new(0, 1), cursor, 2, Token);
            foreach (var change in page.Changes)
            {
                if (change.IsDeletion)
                {
                    live.Remove(change.Id);
                }
                else
                {
                    live[change.Id] = string.Join(',', change.Tags);
                }
            }

            cursor = page.Next;
        }
        while (!page.CaughtUp);

        return cursor;
    }
}
