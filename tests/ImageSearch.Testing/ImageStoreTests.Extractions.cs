using ImageSearch.Core.Models;
using ImageSearch.Core.Store;

namespace ImageSearch.Testing;

/// <summary>This part: vectors and the state of extractions.</summary>
public abstract partial class ImageStoreTests
{
    [Fact]
    public async Task PutVectors_KnownPicture_IsIndexed()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        var vector = Samples.Vector(1) with { Attempts = 3 };
        var before = await NowAsync();

        await Store.PutVectorsAsync(Samples.Model, [vector], Token);

        var extraction = Assert.Single(await Store.FindExtractionsAsync(Samples.Id(1), Token));
        Assert.Equal((Samples.Id(1), Samples.Model, ImageState.Indexed, 3, null),
            (extraction.Id, extraction.Model, extraction.State, extraction.Attempts, extraction.Reason));
        Assert.InRange(extraction.At, before, await NowAsync());
        Assert.Equal(vector.Labels, extraction.Labels);
        var found = await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token);
        Assert.Equal(vector.Vector.ToArray(), found!.Vector.ToArray());
        Assert.Equal(vector.Labels, found.Labels);
        Assert.Equal(3, found.Attempts);
    }

    [Fact]
    public async Task FindVectors_SomeUnknownDeletedOrWithout_AreTheOthers()
    {
        foreach (var number in new[] { 1, 2, 3, 4 })
        {
            await Store.AddAsync(Samples.Image(number), Token);
        }

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1), Samples.Vector(2), Samples.Vector(3)], Token);
        await Store.DeleteAsync(Samples.Id(2), Token);
        ImageId[] asked = [Samples.Id(1), Samples.Id(2), Samples.Id(3), Samples.Id(4), Samples.Id(5), Samples.Id(1)];

        var found = await Store.FindVectorsAsync(Samples.Model, asked, Token);

        Assert.Equal(new[] { Samples.Id(1), Samples.Id(3) }.Order(), found.Keys.Order());
        Assert.Equal(Samples.Floats(3), found[Samples.Id(3)].ToArray());
        Assert.Empty(await Store.FindVectorsAsync(new ModelKey(Samples.Model.Name, "other"), asked, Token));
        Assert.Empty(await Store.FindVectorsAsync(Samples.Model, [], Token));
    }

    [Fact]
    public async Task FindFingerprints_OfThoseThatWereStoredWithOne_AreAsTheyWere()
    {
        foreach (var number in new[] { 1, 2, 3, 4 })
        {
            await Store.AddAsync(Samples.Image(number), Token);
        }

        byte[] first = [1, 2, 3], large = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        await Store.PutVectorsAsync(
            Samples.Model,
            [Samples.Vector(1) with { Fingerprint = first }, Samples.Vector(2) with { Fingerprint = first }, Samples.Vector(3) with { Fingerprint = large }, Samples.Vector(4)],
            Token);
        await Store.DeleteAsync(Samples.Id(2), Token);
        ImageId[] asked = [Samples.Id(1), Samples.Id(2), Samples.Id(3), Samples.Id(4), Samples.Id(5), Samples.Id(1)];

        var found = await Store.FindFingerprintsAsync(Samples.Model, asked, Token);

        Assert.Equal(new[] { Samples.Id(1), Samples.Id(3) }.Order(), found.Keys.Order());
        Assert.Equal(first, found[Samples.Id(1)].ToArray());
        Assert.Equal(large, found[Samples.Id(3)].ToArray());
        Assert.Equal(large, (await Store.FindVectorAsync(Samples.Model, Samples.Id(3), Token))!.Fingerprint.ToArray());
        Assert.True((await Store.FindVectorAsync(Samples.Model, Samples.Id(4), Token))!.Fingerprint.IsEmpty);
        Assert.Empty(await Store.FindFingerprintsAsync(new ModelKey(Samples.Model.Name, "other"), asked, Token));
        Assert.Empty(await Store.FindFingerprintsAsync(Samples.Model, [], Token));
    }

    [Fact]
    public async Task FindFingerprints_DeletedAndAddedAnew_IsThatOfTheNewVectorOrNone()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1) with { Fingerprint = new byte[] { 1 } }], Token);
        await Store.DeleteAsync(Samples.Id(1), Token);
        await Store.AddAsync(Samples.Image(1), Token);
        Assert.Empty(await Store.FindFingerprintsAsync(Samples.Model, [Samples.Id(1)], Token));

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);

        Assert.Empty(await Store.FindFingerprintsAsync(Samples.Model, [Samples.Id(1)], Token));
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1) with { Fingerprint = new byte[] { 2 } }], Token);
        Assert.Empty(await Store.FindFingerprintsAsync(Samples.Model, [Samples.Id(1)], Token)); // the vector is there already: it is left as it is
    }

    [Fact]
    public async Task ChangeTags_OfAPictureWithAFingerprint_LeavesIt()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1) with { Fingerprint = new byte[] { 1 } }], Token);

        await Store.ChangeTagsAsync([Samples.Id(1)], ["new"], [], Token);

        Assert.Equal([1], (await Store.FindFingerprintsAsync(Samples.Model, [Samples.Id(1)], Token))[Samples.Id(1)].ToArray());
        Assert.Equal(["new"], (await ReadAllAsync(Samples.Model)).Live[Samples.Id(1)].Tags);
    }

    [Fact]
    public async Task PutVectors_StoredAlready_IsLeftAsItIs()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        var before = await ReadAllAsync(Samples.Model);

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1) with { Vector = Samples.Floats(99) }], Token);

        Assert.Equal(Samples.Floats(1), (await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token))!.Vector.ToArray());
        Assert.Empty((await Store.ReadChangesAsync(Samples.Model, new(0, 1), before.Next, 10, Token)).Changes);
    }

    [Fact]
    public async Task PutVectors_UnknownOrDeletedPicture_IsDropped()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.AddAsync(Samples.Image(3), Token);
        await Store.DeleteAsync(Samples.Id(1), Token);

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1), Samples.Vector(2), Samples.Vector(3)], Token);

        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
        Assert.Null(await Store.FindVectorAsync(Samples.Model, Samples.Id(2), Token));
        Assert.NotNull(await Store.FindVectorAsync(Samples.Model, Samples.Id(3), Token));
        Assert.Equal([Samples.Id(3)], (await ReadAllAsync(Samples.Model)).Live.Keys);
    }

    [Fact]
    public async Task PutVectors_RacesDelete_NoVectorOfADeletedPictureStays()
    {
        var other = await OpenAsync();
        for (var i = 0; i < 30; i++)
        {
            await Store.AddAsync(Samples.Image(i), Token);
        }

        await Task.WhenAll(Enumerable.Range(0, 30).SelectMany(i => new[]
        {
            Task.Run(() => Store.PutVectorsAsync(Samples.Model, [Samples.Vector(i)], Token)),
            Task.Run(() => other.DeleteAsync(Samples.Id(i), Token)),
        }));

        Assert.Empty((await ReadAllAsync(Samples.Model)).Live);
        Assert.Equal(0, await Store.CountAsync(Token));
    }

    [Fact]
    public async Task PutVectors_EmptyVector_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1) with { Vector = default }], Token));

    [Fact]
    public async Task PutFailures_KnownPicture_HasItsReason()
    {
        await Store.AddAsync(Samples.Image(1), Token);

        await Store.PutFailuresAsync(Samples.Model, [new ExtractionFailure(Samples.Id(1), 4, "It does not decode."), new ExtractionFailure(Samples.Id(2), 1, "unknown")], Token);

        var extraction = Assert.Single(await Store.FindExtractionsAsync(Samples.Id(1), Token));
        Assert.Equal((ImageState.Failed, 4, "It does not decode."), (extraction.State, extraction.Attempts, extraction.Reason));
        Assert.Empty(await Store.FindExtractionsAsync(Samples.Id(2), Token));
        Assert.Empty(await Store.ListPendingAsync(Samples.Model, null, TimeSpan.Zero, 10, Token));
    }

    [Fact]
    public async Task PutFailures_AfterAVectorOfTheSameVersion_ChangesNothing()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);

        await Store.PutFailuresAsync(Samples.Model, [new ExtractionFailure(Samples.Id(1), 2, "late")], Token);

        Assert.Equal(ImageState.Indexed, Assert.Single(await Store.FindExtractionsAsync(Samples.Id(1), Token)).State);
    }

    [Fact]
    public async Task PutVectors_AfterAFailure_IsIndexedWithoutReason()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.PutFailuresAsync(Samples.Model, [new ExtractionFailure(Samples.Id(1), 2, "broken")], Token);

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);

        var extraction = Assert.Single(await Store.FindExtractionsAsync(Samples.Id(1), Token));
        Assert.Equal((ImageState.Indexed, null), (extraction.State, extraction.Reason));
    }

    [Fact]
    public async Task FindExtractions_OfOneModel_ReturnsThoseOfItsVersion()
    {
        var newer = Samples.Model with { Version = "2" };
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.AddAsync(Samples.Image(2), Token);
        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(1)], Token);
        await Store.PutFailuresAsync(newer, [new ExtractionFailure(Samples.Id(1), 1, "broken")], Token);

        var old = await Store.FindExtractionsAsync(Samples.Model, [Samples.Id(1), Samples.Id(2)], Token);

        Assert.Equal(ImageState.Indexed, Assert.Single(old).Value.State);
        Assert.Equal(ImageState.Failed, (await Store.FindExtractionsAsync(newer, [Samples.Id(1)], Token))[Samples.Id(1)].State);
        Assert.Equal(2, (await Store.FindExtractionsAsync(Samples.Id(1), Token)).Count);
        Assert.NotNull(await Store.FindVectorAsync(Samples.Model, Samples.Id(1), Token));
        Assert.Null(await Store.FindVectorAsync(newer, Samples.Id(1), Token));
    }

    [Fact]
    public async Task ResetFailures_InPieces_EachOnceUntilNoneIsLeft()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.AddAsync(Samples.Image(i), Token);
        }

        await Store.PutFailuresAsync(Samples.Model, [.. Enumerable.Range(0, 5).Select(i => new ExtractionFailure(Samples.Id(i), 3, "broken"))], Token);

        var reset = new List<FailedExtraction>();
        while (await Store.ResetFailuresAsync(FailureFilter.All, 2, Token) is { Count: > 0 } piece)
        {
            Assert.InRange(piece.Count, 1, 2);
            reset.AddRange(piece);
        }

        Assert.Equal(Enumerable.Range(0, 5).Select(i => new FailedExtraction(Samples.Id(i), Samples.Model.Name)).ToHashSet(), reset.ToHashSet());
        Assert.Equal(5, reset.Count);
        Assert.Equal(5, (await Store.ListPendingAsync(Samples.Model, null, TimeSpan.Zero, 10, Token)).Count);
        Assert.All(await Store.FindExtractionsAsync(Samples.Id(0), Token), extraction => Assert.Equal((ImageState.Pending, 0, null), (extraction.State, extraction.Attempts, extraction.Reason)));
    }

    [Fact]
    public async Task ResetFailures_OfOnePictureOrModel_LeavesTheOthers()
    {
        var other = new ModelKey("other", "1");
        await Store.AddAsync(Samples.Image(1), Token);
        await Store.AddAsync(Samples.Image(2), Token);
        foreach (var model in new[] { Samples.Model, other })
        {
            await Store.PutFailuresAsync(model, [new ExtractionFailure(Samples.Id(1), 1, "broken"), new ExtractionFailure(Samples.Id(2), 1, "broken")], Token);
        }

        Assert.Equal([new FailedExtraction(Samples.Id(1), "other")], await Store.ResetFailuresAsync(new FailureFilter { Ids = [Samples.Id(1)], Models = [other] }, 10, Token));
        Assert.Equal([new FailedExtraction(Samples.Id(2), "other")], await Store.ResetFailuresAsync(new FailureFilter { Models = [other] }, 10, Token));
        Assert.Equal([new FailedExtraction(Samples.Id(1), "layout")], await Store.ResetFailuresAsync(new FailureFilter { Ids = [Samples.Id(1)] }, 10, Token));
        Assert.Empty(await Store.ResetFailuresAsync(new FailureFilter { Models = [new("nobody", "1")] }, 10, Token));
    }

    [Fact]
    public async Task ListPending_Pages_ByAscendingIdWithoutTheSettled()
    {
        for (var i = 0; i < 9; i++)
        {
            await Store.AddAsync(Samples.Image(i), Token);
        }

        await Store.PutVectorsAsync(Samples.Model, [Samples.Vector(0)], Token);
        await Store.PutFailuresAsync(Samples.Model, [new ExtractionFailure(Samples.Id(1), 1, "broken")], Token);
        await Store.DeleteAsync(Samples.Id(2), Token);

        var first = await Store.ListPendingAsync(Samples.Model, null, TimeSpan.Zero, 4, Token);
        var second = await Store.ListPendingAsync(Samples.Model, first[^1], TimeSpan.Zero, 4, Token);

        Assert.Equal(Enumerable.Range(3, 6).Select(Samples.Id).Order(), first.Concat(second));
        Assert.Equal(8, (await Store.ListPendingAsync(new ModelKey("new", "1"), null, TimeSpan.Zero, 100, Token)).Count);
    }

    [Fact]
    public async Task ListPending_MinimumAge_LeavesOutTheYoung()
    {
        await Store.AddAsync(Samples.Image(1), Token);
        await PassAsync(TimeSpan.FromSeconds(30));
        await Store.AddAsync(Samples.Image(2), Token);

        Assert.Equal([Samples.Id(1)], await Store.ListPendingAsync(Samples.Model, null, TimeSpan.FromSeconds(30), 10, Token));
        await PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, (await Store.ListPendingAsync(Samples.Model, null, TimeSpan.FromSeconds(30), 10, Token)).Count);
    }
}
