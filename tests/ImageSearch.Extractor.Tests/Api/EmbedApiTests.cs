using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ImageSearch.Core.Fingerprints;
using ImageSearch.Extractor.Tests.Imaging;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.Extractor.Tests.Api;

public sealed class EmbedApiTests : IAsyncLifetime
{
    private const int MaximumQueries = 64;

    private ExtractorHost _host = null!;

    [Fact]
    public async Task Embed_Picture_GivesItsVector()
    {
        var response = await EmbedAsync(GeneratedPicture.Jpeg(1));

        Assert.Equal("1", response.Version);
        Assert.Equal(Declarations.LayoutDimension, Floats(response).Length);
        Assert.Equal(1, TensorPrimitives.Norm(Floats(response)), 1e-4f);
        Assert.Null(response.Labels);
        Assert.True(response.TookMs.Decode > 0 && response.TookMs.Embed > 0);
    }

    [Fact]
    public async Task Embed_ManyAtOnce_GivesEachItsOwn()
    {
        var pictures = Enumerable.Range(0, 60).Select(seed => GeneratedPicture.Jpeg(seed)).ToArray();
        var alone = new List<float[]>();
        foreach (var picture in pictures)
        {
            alone.Add(Floats(await EmbedAsync(picture)));
        }

        var together = await Task.WhenAll(pictures.Select(picture => EmbedAsync(picture)));

        Assert.All(together.Zip(alone), pair => Assert.True(TensorPrimitives.Dot(Floats(pair.First), pair.Second) > 0.9999f));
    }

    [Fact]
    public async Task Embed_Crop_IsThatOfTheCutPicture()
    {
        var whole = Picture.Png(64, 48);
        var corner = PictureEncoder.Encode([.. Enumerable.Repeat(new byte[] { 20, 200, 20 }, 32 * 24).SelectMany(pixel => pixel)], 32, 24, 3, "pngsave_buffer");
        var cropped = Floats(await EmbedAsync(whole, "?crop=0.5,0,0.5,0.5"));
        var (same, other) = (Floats(await EmbedAsync(corner)), Floats(await EmbedAsync(whole)));
        Assert.True(TensorPrimitives.Dot<float>(cropped, same) > 0.999f);
        Assert.True(TensorPrimitives.Dot<float>(cropped, other) < 0.9f);
    }

    [Fact]
    public async Task Embed_Crop_HasTheFingerprintOfThatPart()
    {
        var whole = GeneratedPicture.Jpeg(1, 400, 300);
        var part = PictureEncoder.Encode(
            GeneratedPicture.Pixels(1, 400, 300), 400, 300, 3, "jpegsave_buffer", "Q=90", steps: image => image.ExtractArea(100, 60, 280, 210));
        var fingerprint = await FingerprintAsync(part);

        var cropped = await FingerprintAsync(whole, "?crop=0.25,0.2,0.7,0.7");

        Assert.Equal((fingerprint.Width, fingerprint.Height), (cropped.Width, cropped.Height));
        Assert.True(SamePicture.Check(cropped, fingerprint));
        Assert.False(SamePicture.Check(cropped, await FingerprintAsync(GeneratedPicture.Jpeg(2, 400, 300))));
    }

    [Theory]
    [InlineData("empty", HttpStatusCode.BadRequest, "empty-file")]
    [InlineData("text", HttpStatusCode.UnsupportedMediaType, "unsupported-format")]
    [InlineData("truncated", HttpStatusCode.UnprocessableEntity, "unreadable-image")]
    [InlineData("huge", HttpStatusCode.UnprocessableEntity, "too-many-pixels")]
    [InlineData("long", HttpStatusCode.RequestEntityTooLarge, "file-too-large")]
    [InlineData("long-unannounced", HttpStatusCode.RequestEntityTooLarge, "file-too-large")]
    public async Task Embed_BadPicture_IsAProblem(string kind, HttpStatusCode status, string slug)
    {
        byte[] content = kind switch
        {
            "empty" => [],
            "text" => "no picture"u8.ToArray(),
            "truncated" => GeneratedPicture.Jpeg(1)[..3000],
            "huge" => PictureEncoder.Encode(new byte[1200 * 1000], 1200, 1000, 1, "pngsave_buffer"),
            _ => new byte[3_000_000],
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/embed")
        {
            Content = kind == "long-unannounced" ? new StreamContent(new UnseekableStream(content)) : new ByteArrayContent(content),
        };
        using var response = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await AssertProblem(response, status, slug);
    }

    [Theory]
    [InlineData("0,0,1")]
    [InlineData("0,0,2,1")]
    [InlineData("nonsense")]
    [InlineData("0.5,0.5,0.6,0.5")]
    [InlineData("")]
    public async Task Embed_BadCrop_IsAProblem(string crop)
    {
        using var response = await _host.Client.PostAsync($"/embed?crop={crop}", new ByteArrayContent(GeneratedPicture.Jpeg(1)), TestContext.Current.CancellationToken);
        await AssertProblem(response, HttpStatusCode.BadRequest, "invalid-crop");
    }

    [Fact]
    public async Task Health_ModelLoaded_IsReady()
    {
        var report = await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, report.Entries["model"].Status);
    }

    [Fact]
    public async Task Embed_DeadlinePassesWhileThePictureArrives_IsGivenUp()
    {
        using var request = await BeginAsync(("X-Deadline-Ms", "100"));

        var answer = await request.AnswerAsync();

        Assert.StartsWith("HTTP/1.1 504", answer, StringComparison.Ordinal);
        Assert.Contains("urn:imagesearch:deadline-exceeded", answer, StringComparison.Ordinal);
        var metrics = PrometheusSamples.Parse(await _host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
        Assert.Equal(1, metrics["imagesearch_embed_expired_total{model=\"layout\"}"]);
    }

    [Fact]
    public async Task Embed_AsManyAsMayBeInWork_TheNextIsRefusedBeforeItsBodyIsRead()
    {
        var held = new List<UnfinishedRequest>();

        // Until all are in, this one may get a place itself, which it leaves with its deadline. Bodies that do not come are given up after some
        // seconds, so a slow machine needs others in their places.
        await Eventually.Succeeds(async () =>
        {
            held.AddRange(await Task.WhenAll(Enumerable.Range(0, MaximumQueries).Select(_ => BeginAsync())));
            using var refused = await BeginAsync(("X-Deadline-Ms", "200"));
            var answer = await refused.AnswerAsync();
            Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
            Assert.Contains("urn:imagesearch:busy", answer, StringComparison.Ordinal);
            Assert.Contains("Retry-After: 1", answer, StringComparison.Ordinal);
        });

        using var health = await _host.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        held.ForEach(request => request.Dispose());
        await Eventually.Succeeds(async () => await EmbedAsync(GeneratedPicture.Jpeg(1)));
    }

    public async ValueTask InitializeAsync()
    {
        var settings = Declarations.Layout();
        settings["Extractor:MaximumQueries"] = $"{MaximumQueries}";
        settings["Limits:MaximumBytes"] = "2000000";
        settings["Limits:MaximumPixels"] = "1000000";
        _host = await ExtractorHost.StartAsync(settings);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<PictureFingerprint> FingerprintAsync(byte[] content, string query = "") =>
        PictureFingerprint.Read((await EmbedAsync(content, query)).Fingerprint)!;

    private async Task<EmbedResponse> EmbedAsync(byte[] content, string query = "")
    {
        using var response = await _host.Client.PostAsync($"/embed{query}", new ByteArrayContent(content), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<EmbedResponse>())!;
    }

    private Task<UnfinishedRequest> BeginAsync(params (string Name, string Value)[] headers) =>
        UnfinishedRequest.SendAsync(_host.Client.BaseAddress!, "/embed", [1], 1000, headers);

    private static float[] Floats(EmbedResponse response) => MemoryMarshal.Cast<byte, float>(response.Vector).ToArray();

    private static async Task AssertProblem(HttpResponseMessage response, HttpStatusCode status, string slug)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>();
        Assert.Equal($"urn:imagesearch:{slug}", problem!.Type);
        Assert.EndsWith(".", problem.Detail, StringComparison.Ordinal);
    }

    /// <summary>Of unknown length, so that it is sent in chunks.</summary>
    [SuppressMessage("Naming", "CA1711", Justification = "It is a stream.")]
    private sealed class UnseekableStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
