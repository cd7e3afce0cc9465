using System.Net;
using System.Net.Sockets;
using ImageSearch.Client.Images;
using ImageSearch.Client.Search;
using ImageSearch.Client.Tests.Support;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Client.Tests;

/// <summary>Calls that do not succeed at once.</summary>
public sealed class PatienceTests : ClientTest
{
    private readonly UploadFile _file = UploadFile.FromBytes(GeneratedPicture.Png(1, 256, 256), "a.png");

    [Fact]
    public async Task Busy_IsAskedAgainWhenItSays()
    {
        var times = Busy(2, "7");
        var begun = Clock.GetUtcNow();

        var answer = await PassTimeAsync(Client.Images.UploadAsync([_file], cancellationToken: Token));

        Assert.Equal(UploadState.Accepted, answer.Images[0].State);
        Assert.Equal(3, times());
        Assert.Equal(14, (Clock.GetUtcNow() - begun).TotalSeconds);
    }

    [Fact]
    public async Task BusyForLonger_IsNotWaitedFor()
    {
        var times = Busy(1, "3600");

        var e = await Assert.ThrowsAsync<ImageSearchException>(() => Client.Images.UploadAsync([_file], cancellationToken: Token));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromHours(1), 1), (e.StatusCode, e.RetryAfter, times()));
    }

    [Fact]
    public async Task BusyForever_IsGivenUp()
    {
        var times = Busy(int.MaxValue, "1");
        var client = Create(new ImageSearchClientOptions { MaximumRetries = 2 });

        var e = await Assert.ThrowsAsync<ImageSearchException>(() => PassTimeAsync(client.Images.UploadAsync([_file], cancellationToken: Token)));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 3), (e.StatusCode, times()));
        Assert.Equal("The picture store is resting.", e.Message);
    }

    [Fact]
    public async Task WhatCannotBeSentAgain_IsNot()
    {
        var times = Busy(1, null);

        var e = await Assert.ThrowsAsync<ImageSearchException>(
            () => Client.Images.UploadAsync([UploadFile.FromStream(new MemoryStream([1, 2, 3]), "a.png")], cancellationToken: Token));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1), (e.StatusCode, times()));
    }

    [Fact]
    public async Task Silence_EndsACall()
    {
        System.Ingest.Hang();
        var client = Create(new ImageSearchClientOptions { Timeout = TimeSpan.FromMilliseconds(300), MaximumRetries = 0 });

        var e = await Assert.ThrowsAsync<ImageSearchException>(() => client.Images.UploadAsync([_file], cancellationToken: Token));

        Assert.Null(e.StatusCode);
        Assert.Contains("did not answer within 0.3 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_IsCancellation()
    {
        System.Ingest.Hang();
        using var stop = new CancellationTokenSource();
        var call = Client.Images.UploadAsync([_file], cancellationToken: stop.Token);
        await Eventually.BecomesTrue(() => !System.Ingest.Requests.IsEmpty, cancellationToken: Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task NobodyThere_IsSaidWithTheAddress()
    {
        using var client = new ImageSearchClient(new ImageSearchClientOptions { Server = new Uri($"http://127.0.0.1:{FreePort()}"), ApiKey = "secret", MaximumRetries = 0 });

        var e = await Assert.ThrowsAsync<ImageSearchException>(() => client.SearchAsync(SearchQuery.ByFile(_file), cancellationToken: Token));

        Assert.StartsWith("Nothing answers at http://127.0.0.1:", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherServer_IsSaidNotToBeOne()
    {
        using var client = new ImageSearchClient(new Uri($"{Http.BaseAddress}somewhere/else"));

        var e = await Assert.ThrowsAsync<ImageSearchException>(() => client.GetModelsAsync(Token));

        Assert.Equal(HttpStatusCode.NotFound, e.StatusCode);
    }

    /// <summary>Ingest is busy a number of times; returns how often it was asked.</summary>
    private Func<int> Busy(int times, string? retryAfter)
    {
        var asked = 0;
        System.Ingest.Intercept = async context =>
        {
            if (++asked >= times)
            {
                System.Ingest.Intercept = times == int.MaxValue ? System.Ingest.Intercept : null;
            }

            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = retryAfter;
            await context.Response.WriteAsJsonAsync(
                new { type = "urn:imagesearch:busy", detail = "The picture store is resting." }, options: null, "application/problem+json");
        };
        return () => asked + (times == int.MaxValue ? 0 : System.Ingest.Uploads.Count);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
