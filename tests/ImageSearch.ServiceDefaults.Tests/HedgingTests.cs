using System.Collections.Concurrent;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.ServiceDefaults.Resilience.Hedging;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.ServiceDefaults.Tests;

/// <summary>Calls to real servers of which some never answer until the caller hangs up.</summary>
public sealed class HedgingTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<HedgeOutcome> _outcomes = [];
    private readonly ConcurrentQueue<string> _hungUp = [];
    private readonly List<TestService> _services = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task Call_ReplicaHangs_IsAnsweredByAnotherAndTheFirstIsCancelled()
    {
        var caller = await StartCallerAsync([await StartHangingAsync("hung"), await StartAsync("sound")]);

        Assert.Equal("sound", await CallAsync(caller));
        Assert.Equal("sound", await CallAsync(caller));

        Assert.Equal(HedgeOutcome.Won, Assert.Single(_outcomes));
        await Eventually.BecomesTrue(() => _hungUp.Contains("hung"));
    }

    [Fact]
    public async Task Call_ReplicaHangsAgainAndAgain_IsNoLongerSentThere()
    {
        var caller = await StartCallerAsync([await StartHangingAsync("hung"), await StartAsync("sound")]);

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal("sound", await CallAsync(caller));
        }

        // Three until it is known; one more may try it out when its pause is over.
        Assert.InRange(_outcomes.Count, 3, 6);
    }

    [Fact]
    public async Task Call_BudgetIsUsedUp_IsNotHedged()
    {
        var caller = await StartCallerAsync([await StartSlowAsync("slow"), await StartSlowAsync("slow")], ("Hedging:Burst", "1"), ("Hedging:ExtraLoad", "0"));

        Assert.Equal("slow", await CallAsync(caller));
        Assert.Equal("slow", await CallAsync(caller));

        Assert.Equal(HedgeOutcome.Denied, _outcomes.Last());
        Assert.Equal(2, _outcomes.Count);
    }

    [Fact]
    public async Task Call_OneReplica_IsNotHedged()
    {
        var caller = await StartCallerAsync([await StartSlowAsync("slow")]);

        Assert.Equal("slow", await CallAsync(caller));

        Assert.Empty(_outcomes);
    }

    [Fact]
    public async Task Call_Disabled_IsNotHedged()
    {
        var caller = await StartCallerAsync([await StartSlowAsync("slow"), await StartAsync("sound")], ("Hedging:Enabled", "false"));

        Assert.Equal(["slow", "sound"], new[] { await CallAsync(caller), await CallAsync(caller) }.Order());
        Assert.Empty(_outcomes);
    }

    [Fact]
    public async Task Call_NobodyAnswers_IsCancelledByItsDeadlineAndSoonRefusedAfterAShortWait()
    {
        var caller = await StartCallerAsync([await StartHangingAsync("one"), await StartHangingAsync("two")]);

        // Long waits in vain, of several callers at once. (The first hedge is of the burst; the replicas are Slow before they are Hung.)
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var calls = Enumerable.Range(0, 8).Select(_ => CallAsync(caller, deadline.Token)).ToArray();
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        var error = await Assert.ThrowsAnyAsync<HttpRequestException>(() => CallAsync(caller));
        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Fact]
    public async Task Call_Refused_IsAnAnswer()
    {
        var caller = await StartCallerAsync([await StartAsync("one"), await StartAsync("two")]);

        var problem = await Assert.ThrowsAsync<ProblemException>(() => CallAsync(caller, _ => throw new ProblemException(422, "bad", "Bad.")));

        Assert.Equal("bad", problem.Slug);
        Assert.Empty(_outcomes);
    }

    [Fact]
    public async Task Call_FirstFailsWhileTheSecondRuns_TheSecondAnswers()
    {
        var caller = await StartCallerAsync([await StartHangingAsync("hung"), await StartSlowAsync("slow")]);
        var attempts = 0;

        var answer = await CallAsync(caller, async token =>
        {
            if (Interlocked.Increment(ref attempts) > 1)
            {
                await Task.Yield();
                return "second";
            }

            await Eventually.BecomesTrue(() => Volatile.Read(ref attempts) == 2, cancellationToken: CancellationToken.None);
            throw new HttpRequestException("broken");
        });

        Assert.Equal("second", answer);
        Assert.Equal(HedgeOutcome.Won, Assert.Single(_outcomes));
    }

    [Fact]
    public async Task Call_ReplicaIsBusy_AnotherIsAskedAtOnceAndTheSameIsNot()
    {
        var calls = 0;
        var busy = await StartAsync(app => app.MapPost("/", (HttpResponse response) =>
        {
            Interlocked.Increment(ref calls);
            response.Headers.RetryAfter = "1";
            return Results.StatusCode(503);
        }));
        var caller = await StartCallerAsync([busy, await StartAsync("sound")], ("Http:RetryDelay", "00:00:30"), ("Hedging:Enabled", "false"));

        Assert.Equal("sound", await CallAsync(caller));
        Assert.Equal("sound", await CallAsync(caller));
        Assert.Equal(1, calls);

        var alone = await StartCallerAsync([busy], ("Http:RetryDelay", "00:00:30"));
        await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync(alone));
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Call_AllWereDownBefore_FailsFast()
    {
        var caller = await StartCallerAsync(
            [new Uri($"http://127.0.0.1:{TestService.FreePort()}"), new Uri($"http://127.0.0.1:{TestService.FreePort()}")], ("Http:RetryDelay", "00:00:00.001"));
        await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync(caller));

        // With the default pauses between its attempts it would take far longer.
        var slow = await StartCallerAsync([new Uri($"http://127.0.0.1:{TestService.FreePort()}")], ("Http:RetryDelay", "00:01:00"), ("Http:TotalTimeout", "00:30:00"));
        using var once = new CancellationTokenSource();
        var first = CallAsync(slow, once.Token);
        await Eventually.BecomesTrue(() => IsDownAsync(slow));
        await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync(slow));
        await once.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    /// <summary>As behind a service of Kubernetes with one address: what one connection met says little about the others.</summary>
    [Fact]
    public async Task Call_OneRefusedProbeBehindASingleAddress_OtherCallsAreAnswered()
    {
        var port = TestService.FreePort();
        var caller = await StartCallerAsync([new Uri($"http://127.0.0.1:{port}")], ("Http:Retries", "0"));
        await Assert.ThrowsAsync<HttpRequestException>(() => CallAsync(caller));
        var (calls, release) = (0, new TaskCompletionSource());
        await StartAsync(app => app.MapPost("/", async () =>
        {
            var call = Interlocked.Increment(ref calls);
            await (call == 1 ? release.Task : Task.CompletedTask);
            return $"{call}";
        }), port);

        var probe = CallAsync(caller);
        await Eventually.BecomesTrue(() => Volatile.Read(ref calls) == 1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallAsync(caller)));
        release.SetResult();

        Assert.Equal(Enumerable.Range(2, 20), answers.Select(int.Parse).Order());
        Assert.Equal("1", await probe);
    }

    [Theory]
    [InlineData("Hedging:Quantile", "1")]
    [InlineData("Hedging:Window", "5")]
    [InlineData("Hedging:ShortestDelay", "00:00:00")]
    [InlineData("Hedging:InitialDelay", "00:02:00")]
    [InlineData("Hedging:ExtraLoad", "-0.1")]
    [InlineData("Hedging:Burst", "0")]
    public async Task Start_BadOption_Fails(string key, string value) =>
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestService.StartAsync(configuration: [(key, value)]));

    private static async Task<bool> IsDownAsync(TestService caller) =>
        !(await caller.App.Services.GetRequiredService<ServiceEndpoints>().FindReplicasAsync("backend", Token))!.HasAnother(new CallRoute());

    private Task<string> CallAsync(TestService caller, CancellationToken cancellationToken = default) => CallAsync(
        caller,
        async (route, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://backend/") { Content = new ByteArrayContent([1]) }.MarkIdempotent();
            route.AttachTo(request);
            using var client = caller.CreateServiceClient();
            using var response = await client.SendAsync(request, token);
            return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(token);
        },
        cancellationToken);

    private Task<string> CallAsync(TestService caller, Func<CancellationToken, Task<string>> send) => CallAsync(caller, (_, token) => send(token), Token);

    private Task<string> CallAsync(TestService caller, Func<CallRoute, CancellationToken, Task<string>> send, CancellationToken cancellationToken) =>
        caller.App.Services.GetRequiredService<HedgedCalls>().CallAsync("backend", new CallRoute { FailFast = true }, send, _outcomes.Enqueue, cancellationToken);

    private async Task<Uri> StartAsync(string name) => await StartAsync(app => app.MapPost("/", () => name));

    private async Task<Uri> StartSlowAsync(string name) => await StartAsync(app => app.MapPost("/", async () =>
    {
        await Task.Delay(300); // this is how slow it is
        return name;
    }));

    private async Task<Uri> StartHangingAsync(string name) => await StartAsync(app => app.MapPost("/", async (HttpContext context) =>
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => _hungUp.Enqueue(name), TaskScheduler.Default);
        return "";
    }));

    private async Task<Uri> StartAsync(Action<WebApplication> map, int port = 0)
    {
        _services.Add(await TestService.StartAsync(map, port: port));
        return _services[^1].Address;
    }

    private async Task<TestService> StartCallerAsync(Uri[] endpoints, params (string Key, string Value)[] more)
    {
        _services.Add(await TestService.StartAsync(
            configuration: [("Hedging:InitialDelay", "00:00:00.050"), .. endpoints.Select((endpoint, i) => ($"services:backend:http:{i}", endpoint.ToString())), .. more]));
        return _services[^1];
    }
}
