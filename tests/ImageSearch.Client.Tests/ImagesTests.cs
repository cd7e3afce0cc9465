using System.Net;
using ImageSearch.Client.Images;
using ImageSearch.Client.Tests.Support;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.Client.Tests;

public sealed class ImagesTests : ClientTest
{
    [Fact]
    public async Task Upload_TellsOfEachFile_AndOfItsProgress()
    {
        var (one, two) = (GeneratedPicture.Png(1, 256, 256), GeneratedPicture.Png(2, 32, 32));
        await System.AddAsync(two, "known.png");
        var progress = new Reports();

        var answer = await Client.Images.UploadAsync(
            [UploadFile.FromBytes(one, "Ein schöner \"Hund\".png"), UploadFile.FromBytes(two, "b.png"), UploadFile.FromBytes(new byte[] { 1, 2, 3 }, "c.png")],
            new UploadOptions { Tags = ["pets", "Straße"], Progress = progress }, Token);

        Assert.Equal([UploadState.Accepted, UploadState.Duplicate, UploadState.Rejected], answer.Images.Select(image => image.State));
        Assert.Equal(ImageId.Of(one), answer.Images[0].Id);
        Assert.NotEmpty(answer.Images[2].Reason!);
        Assert.Equal(new UploadProgress(one.Length + two.Length + 3, one.Length + two.Length + 3), progress.Last);
        var image = await Client.Images.GetAsync(answer.Images[0].Id!.Value, Token);
        Assert.Equal("Ein schöner \"Hund\".png", image.Source);
        Assert.Equal(["Straße", "pets"], image.Tags.Order(StringComparer.Ordinal));
        Assert.Equal((256, 256, "image/png", one.Length), (image.Width, image.Height, image.ContentType, image.Bytes));
        Assert.Equal([ImageState.Indexed, ImageState.Indexed], image.Models.Select(model => model.State));
    }

    [Fact]
    public async Task Upload_OfNothingGood_IsAnAnswerAndNoException()
    {
        var answer = await Client.Images.UploadAsync([UploadFile.FromBytes(new byte[] { 1, 2, 3 }, "c.png")], cancellationToken: Token);

        Assert.Equal([UploadState.Rejected], answer.Images.Select(image => image.State));
    }

    [Fact]
    public async Task Upload_FromAFileAndFromAStream_SendsTheSame()
    {
        var picture = GeneratedPicture.Png(3, 64, 64);
        using var directory = new ImageSearch.Testing.TemporaryDirectory();
        var path = Path.Combine(directory.Path, "cat.png");
        await File.WriteAllBytesAsync(path, picture, Token);

        var fromFile = await Client.Images.UploadAsync([UploadFile.FromFile(path)], cancellationToken: Token);
        var fromStream = await Client.Images.UploadAsync([UploadFile.FromStream(new MemoryStream(picture), "cat.png")], cancellationToken: Token);

        Assert.Equal((UploadState.Accepted, "cat.png"), (fromFile.Images[0].State, fromFile.Images[0].Source));
        Assert.Equal((UploadState.Duplicate, fromFile.Images[0].Id), (fromStream.Images[0].State, fromStream.Images[0].Id));
    }

    [Fact]
    public async Task List_GoesThroughAllPages()
    {
        foreach (var seed in Enumerable.Range(1, 7))
        {
            await System.AddAsync(GeneratedPicture.Png(seed, 32, 32), $"{seed}.png", indexed: seed % 2 == 0);
        }

        var all = await Client.Images.ListAsync(pageSize: 3, cancellationToken: Token).ToListAsync(Token);
        var pending = await Client.Images.ListAsync(new ImageFilter { State = ImageState.Pending }, cancellationToken: Token).ToListAsync(Token);

        Assert.Equal(7, all.Select(image => image.Id).Distinct().Count());
        Assert.Equal(["1.png", "3.png", "5.png", "7.png"], pending.Select(image => image.Source).Order());
    }

    [Fact]
    public async Task Content_IsThePicturesBytes()
    {
        var picture = GeneratedPicture.Png(4, 64, 64);
        await System.AddAsync(picture, "a.png");
        var id = ImageId.Of(picture);

        await using var content = await Client.Images.OpenContentAsync(id, Token);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, Token);
        await using var thumbnail = await Client.Images.OpenThumbnailAsync(id, 64, Token);
        var start = new byte[4];
        await thumbnail.ReadExactlyAsync(start, Token);

        Assert.Equal(picture, bytes.ToArray());
        Assert.Equal("RIFF"u8.ToArray(), start);
    }

    [Fact]
    public async Task Deleted_IsUnknown()
    {
        var pictures = Enumerable.Range(1, 3).Select(seed => GeneratedPicture.Png(seed, 32, 32)).ToArray();
        foreach (var picture in pictures)
        {
            await System.AddAsync(picture, "a.png");
        }

        var ids = pictures.Select(picture => ImageId.Of(picture)).ToArray();
        await Client.Images.DeleteAsync(ids[0], Token);
        var many = await Client.Images.DeleteAsync(ids, Token);
        var e = await Assert.ThrowsAsync<ImageSearchException>(() => Client.Images.GetAsync(ids[0], Token));

        Assert.Equal(new DeleteImagesResponse(2, 1), many);
        Assert.Equal((HttpStatusCode.NotFound, "unknown-image"), (e.StatusCode, e.Problem!.Slug));
    }

    [Fact]
    public async Task Tags_AreAddedAndRemoved()
    {
        var picture = GeneratedPicture.Png(1, 32, 32);
        await System.AddAsync(picture, "a.png", indexed: true, "old");
        var id = ImageId.Of(picture);

        var answer = await Client.Images.TagAsync([id, ImageId.Parse(new string('0', 64))], add: ["new"], remove: ["old"], Token);

        Assert.Equal(new TagImagesResponse(1, 1), answer);
        Assert.Equal(["new"], (await Client.Images.GetAsync(id, Token)).Tags);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("../models")]
    public async Task IdThatIsNone_NeverLeadsElsewhere(string id)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client.Imports.GetAsync(id, Token));
    }

    private sealed class Reports : IProgress<UploadProgress>
    {
        public UploadProgress Last { get; private set; }

        public void Report(UploadProgress value) => Last = value;
    }
}
