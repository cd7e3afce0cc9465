using System.Net.Http.Json;
using ImageSearch.Core.Idempotency;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Ingest.Tests.Uploads;

public sealed class IdempotentUploadTests : IAsyncLifetime
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);
    private static readonly byte[] Another = GeneratedPicture.Png(2, 32, 32);

    private readonly TemporaryDirectory _directory = new();
    private IngestHost _host = null!;

    public ValueTask InitializeAsync()
    {
        _host = IngestHost.Start(_directory);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Upload_SameKeyAndFiles_IsAnsweredAsBefore()
    {
        using var first = await SendAsync("key 1", "a", Picture);
        await _host.Store.DeleteAsync(ImageId.Of(Picture), default);

        using var second = await SendAsync("key 1", "a", Picture);
        using var other = await SendAsync("key 2", "a", Picture);

        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(["true"], second.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal((first.StatusCode, await first.Content.ReadAsStringAsync()), (second.StatusCode, await second.Content.ReadAsStringAsync()));
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        // Nothing was done the second time; the third was an upload of its own.
        Assert.Equal(UploadState.Accepted, (await other.Content.ReadFromJsonAsync<UploadResponse>())!.Images[0].State);
        Assert.False(other.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Upload_SameKeyOtherFilesOrTags_IsAMismatch()
    {
        using var first = await SendAsync("key", "a", Picture);
        using var otherFile = await SendAsync("key", "a", Another);
        using var moreFiles = await SendAsync("key", "a", Picture, Another);
        using var otherTag = await SendAsync("key", "b", Picture);

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        foreach (var response in new[] { otherFile, moreFiles, otherTag })
        {
            await ProblemAssert.IsAsync(response, HttpStatusCode.UnprocessableEntity, "idempotency-mismatch");
            Assert.False(response.Headers.Contains("Idempotency-Replayed"));
        }

        Assert.Equal(1, await _host.Store.CountAsync(default));
    }

    [Fact]
    public async Task Upload_SameKeyInFlight_IsAConflict()
    {
        var keys = _host.Services.GetRequiredService<IIdempotencyStore>();
        await keys.ClaimAsync("key", "another replica", TimeSpan.FromMinutes(1), default);
        using var early = await SendAsync("key", "a", Picture);
        await keys.ReleaseAsync("key", "another replica", default);
        using var late = await SendAsync("key", "a", Picture);

        await ProblemAssert.IsAsync(early, HttpStatusCode.Conflict, "idempotency-in-flight");
        Assert.NotNull(early.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Accepted, late.StatusCode);
    }

    [Fact]
    public async Task Upload_ManyAtOnceWithOneKey_IsOneUpload()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SendAsync("key", "a", Picture)));

        Assert.All(responses, response => Assert.True(response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.Conflict));
        var answers = await Task.WhenAll(responses.Where(response => response.StatusCode == HttpStatusCode.Accepted).Select(response => response.Content.ReadAsStringAsync()));
        Assert.Single(answers.Distinct());
        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Accepted && !response.Headers.Contains("Idempotency-Replayed"));
        Assert.Contains("accepted", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_ThatWasRefused_LeavesTheKeyFree()
    {
        using var refused = await SendAsync("key", "a", "no picture"u8.ToArray());
        using var taken = await SendAsync("key", "a", Picture);
        using var partly = await SendAsync("other", "a", Picture, "no picture"u8.ToArray());
        using var again = await SendAsync("other", "a", Picture, "no picture"u8.ToArray());
        using var otherRubbish = await SendAsync("other", "a", Picture, "other rubbish"u8.ToArray());

        await ProblemAssert.IsAsync(refused, HttpStatusCode.BadRequest, "all-rejected");
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        Assert.Equal(await partly.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        await ProblemAssert.IsAsync(otherRubbish, HttpStatusCode.UnprocessableEntity, "idempotency-mismatch");
    }

    [Fact]
    public async Task Upload_AnotherReplica_KnowsTheKey()
    {
        using var first = await SendAsync("key", "a", Picture);
        await using var replica = IngestHost.Start(_directory);
        using var request = Request("key", "a", Picture);

        using var second = await replica.Http.SendAsync(request);

        Assert.Equal(["true"], second.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("tab\tinside")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Upload_KeyThatIsNone_IsABadRequest(string key)
    {
        using var response = await SendAsync(key, "a", Picture);

        await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-idempotency-key");
        Assert.Equal(0, await _host.Store.CountAsync(default));
    }

    private async Task<HttpResponseMessage> SendAsync(string key, string tag, params byte[][] files)
    {
        using var request = Request(key, tag, files);
        return await _host.Http.SendAsync(request);
    }

    private static HttpRequestMessage Request(string key, string tag, params byte[][] files)
    {
        var form = IngestHost.Form(files);
        form.Add(new StringContent(tag), "tag");
        var request = new HttpRequestMessage(HttpMethod.Post, "/images") { Content = form };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return request;
    }
}
