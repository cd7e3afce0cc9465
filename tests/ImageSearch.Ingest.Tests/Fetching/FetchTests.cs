using System.Net.Http.Json;
using System.Text;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Ingest.Tests.Fetching;

public sealed class FetchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Fetch_Picture_GivesItsBytesAndTheTypeFoundInThem()
    {
        await using var server = await RemoteServer.StartWithPicturesAsync(); // claims application/octet-stream
        await using var host = Start();

        using var response = await FetchAsync(host, server.Url("/5"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Png.Create(5), await response.Content.ReadAsByteArrayAsync());
        await Eventually.BecomesTrue(() => host.Buffers.InUse == 0);
    }

    [Theory]
    [InlineData(3, HttpStatusCode.OK)]
    [InlineData(4, HttpStatusCode.UnprocessableEntity)]
    public async Task Fetch_Redirects_AreFollowedThreeTimes(int redirects, HttpStatusCode status)
    {
        await using var server = await RemoteServer.StartAsync(context =>
        {
            var left = int.Parse(context.Request.Query["left"].ToString(), null);
            if (left > 0)
            {
                context.Response.StatusCode = (int[])[301, 302, 307, 308] is var codes ? codes[left % 4] : 0;
                context.Response.Headers.Location = $"?left={left - 1}";
                return Task.CompletedTask;
            }

            return RemoteServer.SendPictureAsync(context);
        });
        await using var host = Start();

        using var response = await FetchAsync(host, server.Url($"/1?left={redirects}"));

        Assert.Equal(status, response.StatusCode);
        if (status != HttpStatusCode.OK)
        {
            await ProblemAssert.IsAsync(response, status, "too-many-redirects");
            Assert.Equal(4, server.Requests);
        }
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(204)]
    [InlineData(304)]
    public async Task Fetch_OtherStatus_IsNamed(int status)
    {
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var host = Start();
        using var response = await FetchAsync(host, server.Url("/1"));
        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "http-status");
        Assert.StartsWith($"http-status {status}", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_TooLarge_IsRefusedWhetherTheLengthIsKnownOrNot(bool known)
    {
        await using var server = await RemoteServer.StartAsync(async context =>
        {
            context.Response.ContentLength = known ? 10_000_000_000 : null;
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested) // without end: who counts stops
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        await using var host = Start(("Limits:MaximumBytes", "200000"));

        using var response = await FetchAsync(host, server.Url("/1"));

        await ProblemAssert.IsAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Equal(0, host.Buffers.InUse);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_SlowServer_TimesOutInTotal(bool sendsSomething)
    {
        await using var server = await RemoteServer.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                if (sendsSomething)
                {
                    await context.Response.Body.WriteAsync(new byte[1], context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }

                await Task.Delay(20, context.RequestAborted);
            }
        });
        await using var host = Start(("Ingest:FetchTimeout", "00:00:00.300"));
        using var response = await FetchAsync(host, server.Url("/1"));
        await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "timed-out");
        Assert.Equal(0, host.Buffers.InUse);
    }

    [Fact]
    public async Task Fetch_ConnectionThatBreaks_IsUnreachable()
    {
        await using var server = await RemoteServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var host = Start();
        using var response = await FetchAsync(host, server.Url("/1"));
        await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "unreachable");
    }

    [Fact]
    public async Task Fetch_NobodyListens_IsUnreachable()
    {
        var server = await RemoteServer.StartWithPicturesAsync();
        await server.DisposeAsync();
        await using var host = Start();
        using var response = await FetchAsync(host, server.Url("/1"));
        await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "unreachable");
    }

    [Fact]
    public async Task Fetch_HostThatDoesNotAnswer_TimesOut()
    {
        var internet = new FakeInternet().Name("silent.example", [FakeInternet.Public]);
        await using var host = IngestHost.Start(_directory, internet.Register, ("Ingest:FetchTimeout", "00:00:00.100"));
        using var response = await FetchAsync(host, "http://silent.example/");
        await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "timed-out");
    }

    [Fact]
    public async Task Fetch_UnknownHost_IsNamed()
    {
        await using var host = IngestHost.Start(_directory, new FakeInternet().Register);
        using var response = await FetchAsync(host, "http://nowhere.example/1");
        await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "unknown-host");
    }

    [Fact]
    public async Task Fetch_PageInsteadOfPicture_IsNotAPicture()
    {
        await using var server = await RemoteServer.StartAsync(context =>
        {
            context.Response.ContentType = "image/png"; // a lie
            return context.Response.WriteAsync("<html><body>Hello</body></html>");
        });
        await using var host = Start();
        using var response = await FetchAsync(host, server.Url("/1"));
        await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "not-a-picture");
        await Eventually.BecomesTrue(() => host.Buffers.InUse == 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pictures.example/1.png")]
    [InlineData("/1.png")]
    [InlineData("ftp://pictures.example/1.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("http://user:secret@pictures.example/")]
    [InlineData("http://")]
    public async Task Fetch_NotAnHttpUrl_Is400(string url)
    {
        await using var host = Start();
        using var response = await FetchAsync(host, url);
        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-url");
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("null", "application/json", HttpStatusCode.BadRequest, "invalid-json")]
    [InlineData("{}", "application/json", HttpStatusCode.BadRequest, "invalid-url")]
    [InlineData("url=http://x", "text/plain", HttpStatusCode.UnsupportedMediaType, "not-json")]
    public async Task Fetch_BadBody_IsRefused(string body, string type, HttpStatusCode status, string problem)
    {
        await using var host = Start();
        using var response = await host.Http.PostAsync("/fetch", new StringContent(body, Encoding.UTF8, type));
        await ProblemAssert.IsAsync(response, status, problem);
    }

    private IngestHost Start(params (string Key, string Value)[] settings) =>
        IngestHost.Start(_directory, [("Ingest:AllowPrivateAddresses", "true"), .. settings]);

    private static Task<HttpResponseMessage> FetchAsync(IngestHost host, string url) => host.Http.PostAsJsonAsync("/fetch", new { url });
}
