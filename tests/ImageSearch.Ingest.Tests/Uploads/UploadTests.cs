using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageSearch.Core.Blobs;
using ImageSearch.Core.Store;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.Uploads;

public sealed class UploadTests : IDisposable
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("Not a picture at all, but a sentence.");

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Upload_Picture_IsStoredRecordedAndQueued()
    {
        await using var host = IngestHost.Start(_directory, ("Models:1:Name", "other"), ("Models:1:Version", "2"), ("Models:1:Dimension", "8"));
        var picture = Png.Create(1, width: 12, height: 7);
        var id = ImageId.Of(picture);

        var image = Assert.Single((await host.UploadAsync(picture)).Images);

        Assert.Equal(new UploadedImage(id, UploadState.Accepted, null, "0.png"), image);
        Assert.Equal(picture, await host.Blobs.GetAsync(BlobKeys.Image(id), default));
        var record = await host.Store.FindAsync(id, default);
        Assert.Equal(("0.png", "image/png", 12, 7, picture.Length), (record!.Source, record.ContentType, record.Width, record.Height, record.Bytes));
        Assert.Equal([id], await host.QueuedAsync("layout"));
        Assert.Equal([id], await host.QueuedAsync("other"));
    }

    [Fact]
    public async Task Upload_WithTraceParent_QueuesTheSameTrace()
    {
        await using var host = IngestHost.Start(_directory);
        using var form = IngestHost.Form(Png.Create(1));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/images") { Content = form };
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");

        using var response = await host.Http.SendAsync(request);

        var delivery = Assert.Single(await host.Queue.ReceiveAsync("layout", 10, TimeSpan.Zero, default));
        Assert.StartsWith($"00-{trace}-", delivery.Item.TraceParent);
    }

    [Fact]
    public async Task Upload_TagsBeforeAndBehindTheFiles_TagEveryPicture()
    {
        await using var host = IngestHost.Start(_directory);
        using var form = new MultipartFormDataContent { { new StringContent("  beach "), "tag" } };
        form.Add(new ByteArrayContent(Png.Create(1)), "file", "a.png");
        form.Add(new StringContent("été"), "tag");
        form.Add(new ByteArrayContent(Png.Create(2)), "file", "b.png");
        form.Add(new StringContent("beach"), "tag");

        using var response = await host.Http.PostAsync("/images", form);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        foreach (var number in (int[])[1, 2])
        {
            Assert.Equal(["beach", "été"], (await host.Store.FindAsync(ImageId.Of(Png.Create(number)), default))!.Tags);
        }
    }

    [Fact]
    public async Task Upload_BadFilesAmongGood_AreRejectedInTheirPlaces()
    {
        await using var host = IngestHost.Start(_directory, ("Limits:MaximumBytes", "2000"), ("Limits:MaximumPixels", "10000"));
        var good = Png.Create(1);

        var images = (await host.UploadAsync(Text, good, Png.Create(2, padding: 70_000), [], Png.Create(3, 200, 200), good[..40], Png.Create(4))).Images;

        Assert.Equal([UploadState.Rejected, UploadState.Accepted, UploadState.Rejected, UploadState.Rejected, UploadState.Rejected, UploadState.Rejected, UploadState.Accepted], images.Select(image => image.State));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"{i}.png"), images.Select(image => image.Source));
        Assert.All(images.Where(image => image.State == UploadState.Rejected), image => Assert.False(string.IsNullOrWhiteSpace(image.Reason)));
        Assert.Contains("larger than 2000 bytes", images[2].Reason);
        Assert.Equal(2, await host.Store.CountAsync(default));
        Assert.Equal(0, host.Buffers.InUse);
    }

    [Fact]
    public async Task Upload_FileAtTheLimit_IsAccepted()
    {
        var picture = Png.Create(1, padding: 100_000);
        await using var host = IngestHost.Start(_directory, ("Limits:MaximumBytes", $"{picture.Length}"));

        Assert.Equal(UploadState.Accepted, (await host.UploadAsync(picture)).Images[0].State);
        using var form = IngestHost.Form(Png.Create(1, padding: 100_001));
        using var response = await host.Http.PostAsync("/images", form);
        await ProblemAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "all-rejected");
    }

    [Fact]
    public async Task Upload_AllRejected_Is400WithReasons()
    {
        await using var host = IngestHost.Start(_directory, ("Limits:MaximumBytes", "2000"));
        using var form = IngestHost.Form(Text, Png.Create(1, padding: 3000));
        using var response = await host.Http.PostAsync("/images", form);

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "all-rejected");

        var images = problem.GetProperty("images").Deserialize<List<UploadedImage>>(JsonSerializerOptions.Web)!;
        Assert.Equal([UploadState.Rejected, UploadState.Rejected], images.Select(image => image.State));
        Assert.All(images, image => Assert.NotNull(image.Reason));
    }

    [Fact]
    public async Task Upload_NotMultipart_Is415()
    {
        await using var host = IngestHost.Start(_directory);
        using var response = await host.Http.PostAsync("/images", new ByteArrayContent(Png.Create(1)));
        await ProblemAssert.IsAsync(response, HttpStatusCode.UnsupportedMediaType, "not-multipart");
    }

    [Fact]
    public async Task Upload_WithoutFile_Is400()
    {
        await using var host = IngestHost.Start(_directory);
        using var form = new MultipartFormDataContent { { new StringContent("beach"), "tag" } };
        using var response = await host.Http.PostAsync("/images", form);
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "no-file");
    }

    [Fact]
    public async Task Upload_UnknownField_IsRefusedByNameAndAddsNothing()
    {
        await using var host = IngestHost.Start(_directory);
        using var form = IngestHost.Form(Png.Create(1));
        form.Add(new StringContent("pets"), "tags");

        using var response = await host.Http.PostAsync("/images", form);

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("'tags'", problem.GetProperty("errors").GetProperty("tags")[0].GetString()!, StringComparison.Ordinal);
        Assert.Equal(0, await host.Store.CountAsync(default));
    }

    [Fact]
    public async Task Upload_PartWithTooLongHeaders_IsNotCalledDamaged()
    {
        await using var host = IngestHost.Start(_directory);
        using var content = new StringContent($"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{new string('n', 70_000)}\"\r\n\r\nabc\r\n--b--\r\n");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");

        using var response = await host.Http.PostAsync("/images", content);

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "malformed-multipart");
        Assert.Contains("headers", problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"urls":["https://example.org/a.png"],"tag":"pets"}""", "tag")]
    [InlineData("""{"urls":["https://example.org/a.png"],"urls":[]}""", "urls")]
    public async Task Import_UnknownOrRepeatedMember_IsRefusedByName(string json, string name)
    {
        await using var host = IngestHost.Start(_directory);

        using var response = await host.Http.PostAsync("/imports", new StringContent(json, Encoding.UTF8, "application/json"));

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-json");
        Assert.Contains(name, problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_TooManyFiles_Is413AndAddsNothing()
    {
        await using var host = IngestHost.Start(_directory, ("Limits:MaximumFiles", "3"));
        using var form = IngestHost.Form(Png.CreateMany(4));
        using var response = await host.Http.PostAsync("/images", form);

        await ProblemAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-many-files");

        Assert.Equal(0, await host.Store.CountAsync(default));
        Assert.Equal(0, host.Buffers.InUse);
        Assert.Equal(3, (await host.UploadAsync(Png.CreateMany(3))).Images.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\u0007b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")] // 65
    public async Task Upload_BadTagBehindTheFile_Is400AndAddsNothing(string tag)
    {
        await using var host = IngestHost.Start(_directory);
        using var form = IngestHost.Form(Png.Create(1));
        form.Add(new StringContent(tag), "tag");
        using var response = await host.Http.PostAsync("/images", form);

        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-tag");

        Assert.Equal(0, await host.Store.CountAsync(default));
    }

    [Fact]
    public async Task Upload_Tags_AreLimitedInNumber()
    {
        await using var host = IngestHost.Start(_directory);
        using var form = IngestHost.Form(Png.Create(1));
        for (var i = 0; i < 32; i++)
        {
            form.Add(new StringContent($"tag {i}"), "tag");
        }

        using var accepted = await host.Http.PostAsync("/images", form);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);

        using var more = IngestHost.Form(Png.Create(1));
        for (var i = 0; i < 33; i++)
        {
            more.Add(new StringContent($"tag {i}"), "tag");
        }

        using var refused = await host.Http.PostAsync("/images", more);
        await ProblemAssert.IsAsync(refused, HttpStatusCode.BadRequest, "invalid-tag");
    }

    [Fact]
    public async Task Upload_BadTagBeforeManyMegabytes_IsAnswered()
    {
        await using var host = IngestHost.Start(_directory);
        using var form = new MultipartFormDataContent { { new StringContent(""), "tag" } };
        form.Add(new ByteArrayContent(new byte[40_000_000]), "file", "a.png");
        using var response = await host.Http.PostAsync("/images", form);
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-tag");
    }

    [Fact]
    public async Task Upload_HugeTag_Is400()
    {
        await using var host = IngestHost.Start(_directory);
        using var form = IngestHost.Form(Png.Create(1));
        form.Add(new StringContent(new string('x', 1_000_000)), "tag");
        using var response = await host.Http.PostAsync("/images", form);
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-tag");
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nhalf a file")]
    [InlineData("no boundary anywhere")]
    [InlineData("")]
    public async Task Upload_MalformedBody_Is400AndAddsNothing(string body)
    {
        await using var host = IngestHost.Start(_directory);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        using var response = await host.Http.PostAsync("/images", content);

        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "malformed-multipart");

        Assert.Equal(0, await host.Store.CountAsync(default));
        Assert.Equal(0, host.Buffers.InUse);
    }

    [Fact]
    public async Task Upload_WithoutBoundary_Is400()
    {
        await using var host = IngestHost.Start(_directory);
        using var content = new StringContent("x");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data");
        using var response = await host.Http.PostAsync("/images", content);
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "malformed-multipart");
    }

    [Theory]
    [InlineData("../../etc/passwd", "../../etc/passwd")]
    [InlineData("plage d\u2019été.png", "plage d\u2019été.png")]
    [InlineData("<b>x</b>\u0007\u001b[31m.png", "<b>x</b>[31m.png")]
    public async Task Upload_FileName_IsKeptAsData(string name, string kept)
    {
        await using var host = IngestHost.Start(_directory);
        using var content = new ByteArrayContent(
        [
            .. Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"),
            .. Png.Create(1),
            .. "\r\n--b--\r\n"u8,
        ]);
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");

        using var response = await host.Http.PostAsync("/images", content);

        var image = Assert.Single((await response.Content.ReadFromJsonAsync<UploadResponse>())!.Images);
        Assert.Equal(kept, image.Source);
        Assert.Equal(kept, (await host.Store.FindAsync(image.Id!.Value, default))!.Source);
    }

    [Fact]
    public async Task Upload_LongFileName_IsCut()
    {
        await using var host = IngestHost.Start(_directory);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Png.Create(1)), "file", new string('n', 600) } };
        using var response = await host.Http.PostAsync("/images", form);
        Assert.Equal(512, (await response.Content.ReadFromJsonAsync<UploadResponse>())!.Images[0].Source!.Length);
    }

    [Fact]
    public async Task Upload_SamePictureTwiceInOneRequest_IsAcceptedOnceAndFirst()
    {
        await using var host = IngestHost.Start(_directory);

        var images = (await host.UploadAsync(Png.Create(1), Png.Create(1), Png.Create(2))).Images;

        Assert.Equal([UploadState.Accepted, UploadState.Duplicate, UploadState.Accepted], images.Select(image => image.State));
        Assert.Equal(images[0].Id, images[1].Id);
        Assert.Equal(2, (await host.QueuedAsync()).Count);
    }

    [Fact]
    public async Task Upload_DuplicateThatWaits_IsQueuedOnce()
    {
        await using var host = IngestHost.Start(_directory);
        await host.UploadAsync(Png.Create(1));

        Assert.Equal(UploadState.Duplicate, (await host.UploadAsync(Png.Create(1))).Images[0].State);

        Assert.Single(await host.QueuedAsync());
    }

    [Fact]
    public async Task Upload_DuplicateThatIsSettled_IsNotExtractedAgain()
    {
        await using var host = IngestHost.Start(_directory);
        var (indexed, failed) = (ImageId.Of(Png.Create(1)), ImageId.Of(Png.Create(2)));
        await host.UploadAsync(Png.Create(1), Png.Create(2));
        await host.Queue.CompleteAsync(await host.Queue.ReceiveAsync("layout", 10, TimeSpan.Zero, default), default);
        await host.Store.PutVectorsAsync(IngestHost.Model, [new ImageVector(indexed, new float[] { 1, 0, 0, 0 }, 1, [])], default);
        await host.Store.PutFailuresAsync(IngestHost.Model, [new ExtractionFailure(failed, 3, "It does not decode.")], default);

        var images = (await host.UploadAsync(Png.Create(1), Png.Create(2))).Images;

        Assert.Equal([UploadState.Duplicate, UploadState.Duplicate], images.Select(image => image.State));
        Assert.Empty(await host.QueuedAsync());
    }

    [Fact]
    public async Task Upload_DuplicateThatACrashLeftUnqueued_IsQueued()
    {
        await using var host = IngestHost.Start(_directory);
        var id = ImageId.Of(Png.Create(1));
        await host.Store.AddAsync(new ImageRecord(id, "a.png", "image/png", 8, 8, 1, [], default), default);

        Assert.Equal(UploadState.Duplicate, (await host.UploadAsync(Png.Create(1))).Images[0].State);

        Assert.Equal([id], await host.QueuedAsync());
        Assert.True(await host.Blobs.ExistsAsync(BlobKeys.Image(id), default));
    }
}
