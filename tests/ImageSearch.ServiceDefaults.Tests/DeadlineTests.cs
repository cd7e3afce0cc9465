using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed class DeadlineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_TakesLonger_IsCancelledAndSaysSo()
    {
        var cancelled = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(app => app.MapGet("/", async (CancellationToken cancellationToken) =>
        {
            await using var registration = cancellationToken.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }));
        var start = Stopwatch.GetTimestamp();

        using var response = await GetAsync(service, "100");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(95), TimeSpan.FromSeconds(10));
        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>(Token))!;
        Assert.Equal("urn:imagesearch:deadline-exceeded", (string?)problem["type"]);
        Assert.Contains("100 ms", (string?)problem["detail"], StringComparison.Ordinal);
        await cancelled.Task.WaitAsync(Eventually.DefaultDeadline, Token);
    }

    [Fact]
    public async Task Request_TimerIsAheadOfTheClock_NothingIsLeft()
    {
        var left = new TaskCompletionSource<TimeSpan>();
        await using var service = await TestService.StartAsync(
            app => app.MapGet("/", async (CancellationToken cancellationToken) =>
            {
                await using var registration = cancellationToken.Register(() => left.SetResult(Deadline.Current!.Remaining));
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }),
            builder => builder.Services.AddSingleton<TimeProvider>(new StoppedClock()));

        using var response = await GetAsync(service, "100");

        Assert.Equal(TimeSpan.Zero, await left.Task.WaitAsync(Eventually.DefaultDeadline, Token));
    }

    [Fact]
    public async Task Request_DoneInTime_IsAnswered()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/", () => Deadline.Current!.Remaining.TotalMilliseconds));

        using var response = await GetAsync(service, "60000");

        Assert.InRange(double.Parse(await response.Content.ReadAsStringAsync(Token), CultureInfo.InvariantCulture), 1, 60_000);
    }

    [Fact]
    public async Task Request_WithoutDeadline_HasNone()
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/", () => Deadline.Current is null));

        Assert.Equal("true", await service.Client.GetStringAsync("/", Token));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("60001")]
    [InlineData("1.5")]
    [InlineData("soon")]
    [InlineData("99999999999999999999")]
    public async Task Request_BadDeadline_IsRefused(string value)
    {
        await using var service = await TestService.StartAsync(app => app.MapGet("/", () => "answered"));

        using var response = await GetAsync(service, value);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>(Token))!;
        Assert.Equal("urn:imagesearch:invalid-parameters", (string?)problem["type"]);
        Assert.NotNull(problem["errors"]![Deadline.Header]);
    }

    [Fact]
    public async Task Call_WithADeadline_TellsTheServiceWhatIsLeft()
    {
        var clock = new FakeTimeProvider();
        await using var backend = await TestService.StartAsync(app => app.MapGet("/", (HttpRequest request) => request.Headers[Deadline.Header].ToString()));
        await using var caller = await TestService.StartAsync(configuration: ("services:backend:http:0", backend.Address.ToString()));
        using var client = caller.CreateServiceClient();
        var deadline = new Deadline(TimeSpan.FromSeconds(3), clock);

        Assert.Equal("3000", await AskAsync());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2000", await AskAsync());

        async Task<string> AskAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://backend/");
            new CallRoute { Deadline = deadline }.AttachTo(request);
            using var response = await client.SendAsync(request, Token);
            return await response.Content.ReadAsStringAsync(Token);
        }
    }

    [Fact]
    public void Remaining_WhenItHasPassed_IsZero()
    {
        var clock = new FakeTimeProvider();
        var deadline = new Deadline(TimeSpan.FromSeconds(1), clock);

        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.Zero, deadline.Remaining);
        Assert.Equal("1", deadline.ToString());
    }

    private static async Task<HttpResponseMessage> GetAsync(TestService service, string deadline)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add(Deadline.Header, deadline);
        return await service.Client.SendAsync(request, Token);
    }

    /// <summary>Its timers are the system's.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
