using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

public sealed class ForwardingTests : ApiTest
{
    protected override (string Key, string? Value)[] Settings => [("Http:RetryDelay", "00:00:00.010"), ("Forwarding:MaximumImportBytes", "2000")];

    [Fact]
    public async Task Upload_OfSeveralFiles_AnswersAsIngestDoes()
    {
        using var form = Form(GeneratedPicture.Png(1, 32, 32), ("tag", "a"), ("tag", "b"));
        form.Add(new ByteArrayContent("no picture"u8.ToArray()), "file", "text.png");

        var answer = await JsonAsync(await Http.PostAsync("/api/v1/images", form, Token), HttpStatusCode.Accepted);

        Assert.Equal(["accepted", "rejected"], answer["images"]!.AsArray().Select(image => (string?)image!["state"]));
        var image = await JsonAsync(await Http.GetAsync($"/api/v1/images/{answer["images"]![0]!["id"]}", Token));
        Assert.Equal(["a", "b"], image["tags"]!.AsArray().Select(tag => (string?)tag));
        Assert.Equal("query.png", (string?)image["source"]);
    }

    [Fact]
    public async Task Upload_OfWhatIsAllRejected_PassesTheReasonsOn()
    {
        var answer = await ProblemAsync(await Http.PostAsync("/api/v1/images", Form("no picture"u8.ToArray()), Token), HttpStatusCode.BadRequest, "all-rejected");

        Assert.NotEmpty((string)answer["images"]![0]!["reason"]!);
    }

    [Fact]
    public async Task Upload_ReachesIngestWhileItIsStillBeingSent()
    {
        var arrived = new TaskCompletionSource();
        System.Ingest.Intercept = async context =>
        {
            var buffer = new byte[1];
            await context.Request.Body.ReadExactlyAsync(buffer);
            arrived.SetResult();
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 202;
        };
        using var content = new HeldContent(new byte[100_000], arrived.Task);

        using var response = await Http.PostAsync("/api/v1/images", content, Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task Upload_WithAnIdempotencyKey_PassesItOnAndTheReplayBack()
    {
        string? key = null;
        System.Ingest.Intercept = async context =>
        {
            key = context.Request.Headers["Idempotency-Key"];
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 202;
            context.Response.Headers["Idempotency-Replayed"] = "true";
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/images") { Content = Form([1, 2, 3]), Headers = { { "Idempotency-Key", "a key: 1" } } };

        using var response = await Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("a key: 1", key);
        Assert.Equal("true", response.Headers.GetValues("Idempotency-Replayed").Single());
    }

    [Theory]
    [InlineData("")]
    [InlineData("schlüssel")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Upload_WithAnIdempotencyKeyThatIsNone_IsABadRequest(string key)
    {
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => global::System.Text.Encoding.UTF8 }) { BaseAddress = Http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/images") { Content = Form([1, 2, 3]) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);

        await ProblemAsync(await http.SendAsync(request, Token), HttpStatusCode.BadRequest, "invalid-idempotency-key");
    }

    [Fact]
    public async Task Upload_WithoutForm_IsUnsupported() => await ProblemAsync(
        await Http.PostAsync("/api/v1/images", new ByteArrayContent([1]), Token), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

    [Fact]
    public async Task Upload_IngestIsGone_IsUnavailable()
    {
        await System.Ingest.DisposeAsync();

        await ProblemAsync(
            await Http.PostAsync("/api/v1/images", Form(GeneratedPicture.Png(1, 32, 32)), Token), HttpStatusCode.ServiceUnavailable, "ingest-unavailable");
    }

    [Fact]
    public async Task Import_OfUrls_CanBeFollowed()
    {
        using var response = await Http.PostAsJsonAsync("/api/v1/imports", new { urls = new[] { "https://example.org/a.png" } }, Token);

        var id = (string?)(await JsonAsync(response, HttpStatusCode.Accepted))["id"];
        Assert.Equal($"/api/v1/imports/{id}", response.Headers.Location?.ToString());
        var status = await JsonAsync(await Http.GetAsync($"/api/v1/imports/{id}", Token));
        Assert.Equal((1, false), ((int)status["total"]!, (bool)status["done"]!));
    }

    [Fact]
    public async Task Import_CancelledAndResumed_SaysSo()
    {
        using var started = await Http.PostAsJsonAsync("/api/v1/imports", new { urls = new[] { "https://example.org/a.png" } }, Token);
        var id = (string?)(await JsonAsync(started, HttpStatusCode.Accepted))["id"];

        var cancelled = await JsonAsync(await Http.PostAsync($"/api/v1/imports/{id}/cancel", null, Token), HttpStatusCode.Accepted);
        var listed = await JsonAsync(await Http.GetAsync("/api/v1/imports", Token));
        using var resumed = await Http.PostAsync($"/api/v1/imports/{id}/resume", null, Token);

        Assert.Equal((id, "cancelled"), ((string?)cancelled["id"], (string?)cancelled["state"]));
        Assert.Equal((id, "cancelled"), ((string?)listed["imports"]![0]!["id"], (string?)listed["imports"]![0]!["state"]));
        Assert.Equal("waiting", (string?)(await JsonAsync(resumed, HttpStatusCode.Accepted))["state"]);
        Assert.Equal($"/api/v1/imports/{id}", resumed.Headers.Location?.ToString());
        await ProblemAsync(await Http.PostAsync("/api/v1/imports/nobody/cancel", null, Token), HttpStatusCode.NotFound, "unknown-import");
        await ProblemAsync(await Http.PostAsync("/api/v1/imports/nobody/resume", null, Token), HttpStatusCode.NotFound, "unknown-import");
    }

    [Fact]
    public async Task Import_OfAFolderThatIsNotAllowed_PassesTheReasonOn() => await ProblemAsync(
        await Http.PostAsJsonAsync("/api/v1/imports", new { folder = "/etc" }, Token), HttpStatusCode.BadRequest, "folder-not-allowed");

    [Theory]
    [InlineData("nobody")]
    [InlineData("%2e%2e%2fimages")]
    [InlineData("a%3fb=c")]
    public async Task Import_UnknownId_IsNotFoundAndLeadsNowhereElse(string id)
    {
        await ProblemAsync(await Http.GetAsync($"/api/v1/imports/{id}", Token), HttpStatusCode.NotFound, "unknown-import");

        Assert.DoesNotContain(System.Ingest.Requests, request => !request.StartsWith("GET /imports/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Import_LongerThanTheLimit_IsTooLarge() => await ProblemAsync(
        await Http.PostAsJsonAsync("/api/v1/imports", new { urls = new[] { new string('x', 3000) } }, Token), HttpStatusCode.RequestEntityTooLarge, "too-large");

    [Fact]
    public async Task Import_WithoutJson_IsUnsupported() => await ProblemAsync(
        await Http.PostAsync("/api/v1/imports", new StringContent("x"), Token), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");

    /// <summary>Sends half of the body, and the rest only when the task has ended.</summary>
    private sealed class HeldContent : HttpContent
    {
        private readonly byte[] _content;
        private readonly Task _gate;

        public HeldContent(byte[] content, Task gate)
        {
            (_content, _gate) = (content, gate);
            Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_content.AsMemory(0, _content.Length / 2), Token);
            await stream.FlushAsync(Token);
            await _gate.WaitAsync(TimeSpan.FromSeconds(20), Token);
            await stream.WriteAsync(_content.AsMemory(_content.Length / 2), Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _content.Length;
            return true;
        }
    }
}
