using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using ImageSearch.ServiceDefaults.Resilience;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed class ResilienceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", false, 3)]
    [InlineData("PUT", false, 3)]
    [InlineData("DELETE", false, 3)]
    [InlineData("POST", false, 1)]
    [InlineData("PATCH", false, 1)]
    [InlineData("POST", true, 3)]
    public async Task Call_UnavailableTwice_IsRepeatedOnlyWhenIdempotent(string method, bool marked, int expected)
    {
        var calls = 0;
        await using var backend = await TestService.StartAsync(app => app.Map("/", () => Interlocked.Increment(ref calls) < 3 ? Results.StatusCode(503) : Results.Ok()));
        await using var caller = await StartCallerAsync(backend);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://backend/");
        if (marked)
        {
            request.Content = new ByteArrayContent([1, 2, 3]);
            request.MarkIdempotent();
        }

        using var client = caller.CreateServiceClient();
        using var response = await client.SendAsync(request, Token);

        Assert.Equal(expected, calls);
        Assert.Equal(expected == 3 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Call_Retried_GoesToAnotherReplicaWithItsWholeBody()
    {
        await using var broken = await TestService.StartAsync(app => app.MapPut("/", () => Results.StatusCode(503)));
        await using var sound = await TestService.StartAsync(app => app.MapPut("/", async (HttpRequest request) => Results.Text(await new StreamReader(request.Body).ReadToEndAsync())));
        await using var caller = await StartCallerAsync(broken, sound);
        using var client = caller.CreateServiceClient();

        for (var i = 0; i < 4; i++)
        {
            using var response = await client.PutAsJsonAsync("http://backend/", new { number = i }, Token);
            Assert.Equal($$"""{"number":{{i}}}""", await response.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task Call_StreamedBody_IsNeverRepeatedOnceSent()
    {
        var calls = 0;
        await using var backend = await TestService.StartAsync(app => app.MapPut("/", async (HttpRequest request) =>
        {
            Interlocked.Increment(ref calls);
            await request.Body.CopyToAsync(Stream.Null);
            return Results.StatusCode(503);
        }));
        await using var caller = await StartCallerAsync(backend);
        using var client = caller.CreateServiceClient();

        using var response = await client.PutAsync("http://backend/", new StreamContent(new MemoryStream(new byte[1000])), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Call_ErrorThatWillNotPass_IsNotRepeated(int status)
    {
        var calls = 0;
        await using var backend = await TestService.StartAsync(app => app.MapGet("/", () =>
        {
            Interlocked.Increment(ref calls);
            return Results.StatusCode(status);
        }));
        await using var caller = await StartCallerAsync(backend);
        using var client = caller.CreateServiceClient();

        using var response = await client.GetAsync("http://backend/", Token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Call_ReplicaThatHangs_IsLeftForAnother()
    {
        using var release = new SemaphoreSlim(0);
        await using var hanging = await TestService.StartAsync(app => app.MapGet("/", (HttpContext context) => release.WaitAsync(context.RequestAborted)));
        await using var sound = await TestService.StartAsync(app => app.MapGet("/", () => "sound"));
        await using var caller = await StartCallerAsync([hanging, sound], ("Http:AttemptTimeout", "00:00:01"));
        using var client = caller.CreateServiceClient();

        var started = Stopwatch.GetTimestamp();
        Assert.Equal("sound", await client.GetStringAsync("http://backend/", Token));
        Assert.Equal("sound", await client.GetStringAsync("http://backend/", Token));

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Call_NobodyAnswers_FailsWithinTheTotalTimeout()
    {
        await using var hanging = await TestService.StartAsync(app => app.MapGet("/", (HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted)));
        await using var caller = await StartCallerAsync([hanging], ("Http:AttemptTimeout", "00:00:00.200"), ("Http:TotalTimeout", "00:00:00.500"));
        using var client = caller.CreateServiceClient();

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://backend/", Token));

        Assert.Contains("did not answer", error.Message);
        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Fact]
    public async Task Call_CancelledByTheCaller_IsCancelled()
    {
        await using var hanging = await TestService.StartAsync(app => app.MapGet("/", (HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted)));
        await using var caller = await StartCallerAsync(hanging);
        using var client = caller.CreateServiceClient();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetStringAsync("http://backend/", cancellation.Token));
    }

    [Theory]
    [InlineData("Http:ConnectTimeout", "00:00:00")]
    [InlineData("Http:AttemptTimeout", "00:00:00")]
    [InlineData("Http:TotalTimeout", "00:00:00")]
    [InlineData("Http:UploadTimeout", "00:00:00")]
    [InlineData("Http:Retries", "11")]
    [InlineData("Http:RetryDelay", "00:00:00")]
    public async Task Start_BadOption_Fails(string key, string value) =>
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestService.StartAsync(configuration: [(key, value)]));

    private static Task<TestService> StartCallerAsync(params TestService[] backends) => StartCallerAsync(backends, []);

    private static Task<TestService> StartCallerAsync(TestService[] backends, params (string Key, string Value)[] more) => TestService.StartAsync(
        configuration: [.. backends.Select((backend, i) => ($"services:backend:http:{i}", backend.Address.ToString())), ("Http:RetryDelay", "00:00:00.005"), .. more]);
}
