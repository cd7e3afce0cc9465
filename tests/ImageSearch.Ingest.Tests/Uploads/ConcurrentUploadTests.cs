using System.Net.Sockets;
using System.Text;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.Uploads;

public sealed class ConcurrentUploadTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Upload_TwoClientsWithTheSameFiftyPictures_AddsFifty()
    {
        await using var host = IngestHost.Start(_directory);
        var pictures = Png.CreateMany(50);

        var answers = await Task.WhenAll(host.UploadAsync(pictures), host.UploadAsync(pictures));

        Assert.Equal(50, await host.Store.CountAsync(default));
        Assert.Equal(50, answers.Sum(answer => answer.Images.Count(image => image.State == UploadState.Accepted)));
        Assert.Equal(50, answers.Sum(answer => answer.Images.Count(image => image.State == UploadState.Duplicate)));
        Assert.Equal(50, (await host.QueuedAsync()).Count);
    }

    [Fact]
    public async Task Upload_SameFileFromManyClients_IsAcceptedExactlyOnce()
    {
        await using var host = IngestHost.Start(_directory, ("Ingest:MaximumBuffers", "3"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => host.UploadAsync(Png.Create(7))));

        Assert.Single(answers, answer => answer.Images[0].State == UploadState.Accepted);
        Assert.All(answers, answer => Assert.Contains(answer.Images[0].State, (UploadState[])[UploadState.Accepted, UploadState.Duplicate]));
        Assert.Single(await host.QueuedAsync());
        Assert.Equal(0, host.Buffers.InUse);
    }

    [Fact]
    public async Task Upload_ClientGoesAwayHalfWay_LeavesNothingBehind()
    {
        await using var host = IngestHost.Start(_directory);
        using (await StallAsync(host, Part("a.png"), Png.Create(900), Part("b.png"), "half"u8.ToArray()))
        {
            await Eventually.BecomesTrue(() => host.Buffers.InUse > 0);
        }

        await Eventually.BecomesTrue(() => host.Buffers.InUse == 0);
        Assert.Equal(0, await host.Store.CountAsync(default));
        Assert.Empty(await host.QueuedAsync());
    }

    [Fact]
    public async Task Upload_AllBuffersTaken_Is503AndRecovers()
    {
        await using var host = IngestHost.Start(_directory, ("Ingest:MaximumBuffers", "1"), ("Ingest:BufferWait", "00:00:00.050"));
        using (await StallAsync(host, Part("a.png"), "half"u8.ToArray()))
        {
            await Eventually.BecomesTrue(() => host.Buffers.InUse == 1);
            using var form = IngestHost.Form(Png.Create(1));
            using var response = await host.Http.PostAsync("/images", form);
            await ProblemAssert.IsAsync(response, HttpStatusCode.ServiceUnavailable, "busy");
            Assert.NotNull(response.Headers.RetryAfter);
        }

        await Eventually.BecomesTrue(() => host.Buffers.InUse == 0);
        Assert.Equal(UploadState.Accepted, (await host.UploadAsync(Png.Create(1))).Images[0].State);
    }

    [Fact]
    public async Task Upload_ManyFilesWithOneBufferOnly_AreAllTaken()
    {
        await using var host = IngestHost.Start(_directory, ("Ingest:MaximumBuffers", "1"));
        var images = (await host.UploadAsync(Png.CreateMany(100))).Images;
        Assert.All(images, image => Assert.Equal(UploadState.Accepted, image.State));
        Assert.Equal(100, images.Select(image => image.Id).Distinct().Count());
    }

    [Fact]
    public async Task Upload_RequestBeyondEveryLimit_Is413()
    {
        await using var host = IngestHost.Start(_directory, ("Limits:MaximumFiles", "1"), ("Limits:MaximumBytes", "1000"));
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[200_000]), "other" } };
        form.Add(new ByteArrayContent(Png.Create(1)), "file", "a.png");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/images") { Content = form };
        request.Headers.ExpectContinue = true; // so that the client reads the answer instead of a closed connection
        using var response = await host.Http.SendAsync(request);
        await ProblemAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    private static byte[] Part(string name) =>
        Encoding.ASCII.GetBytes($"\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");

    /// <summary>Sends the beginning of a request, and then nothing.</summary>
    private static async Task<TcpClient> StallAsync(IngestHost host, params byte[][] body)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host.Http.BaseAddress!.Host, host.Http.BaseAddress.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(
            "POST /images HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"u8.ToArray());
        foreach (var piece in body)
        {
            await stream.WriteAsync(piece);
        }

        return client;
    }
}
