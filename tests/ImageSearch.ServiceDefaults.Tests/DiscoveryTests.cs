using ImageSearch.ServiceDefaults.Discovery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed class DiscoveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_SeveralReplicas_TakesThemInTurn()
    {
        await using var one = await StartReplicaAsync("one");
        await using var two = await StartReplicaAsync("two");
        await using var caller = await StartCallerAsync(one.Address, two.Address);
        using var client = caller.CreateServiceClient();

        var answers = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            answers.Add(await client.GetStringAsync("http://backend/name?x=1", Token));
        }

        Assert.Equal(3, answers.Count(answer => answer == "one ?x=1"));
        Assert.Equal(3, answers.Count(answer => answer == "two ?x=1"));
    }

    [Fact]
    public async Task Call_DeadReplica_IsSkippedForAWhileAndTriedAgain()
    {
        var clock = new FakeTimeProvider();
        var port = TestService.FreePort();
        await using var live = await StartReplicaAsync("live");
        await using var caller = await StartCallerAsync([new Uri($"http://127.0.0.1:{port}"), live.Address], builder => builder.Services.AddSingleton<TimeProvider>(clock), ("Http:Retries", "0"));
        using var client = caller.CreateServiceClient();

        // Without retries the dead one costs the call that finds it out; then it is left alone.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://backend/name", Token));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("live ", await client.GetStringAsync("http://backend/name", Token));
        }

        await using var revived = await StartReplicaAsync("revived", port);
        Assert.Equal("live ", await client.GetStringAsync("http://backend/name", Token));
        clock.Advance(TimeSpan.FromSeconds(2.1));
        var answers = new[] { await client.GetStringAsync("http://backend/name", Token), await client.GetStringAsync("http://backend/name", Token) };
        Assert.Equal(["live ", "revived "], answers.Order());
    }

    [Fact]
    public async Task Call_DeadReplica_FailsOverWithinTheCallWhateverTheMethod()
    {
        await using var live = await StartReplicaAsync("live");
        await using var caller = await StartCallerAsync(new Uri($"http://127.0.0.1:{TestService.FreePort()}"), live.Address);
        using var client = caller.CreateServiceClient();

        for (var i = 0; i < 3; i++)
        {
            using var answer = await client.PostAsync("http://backend/echo", new StreamContent(new MemoryStream([1, 2, 3])), Token);
            Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync(Token));
        }
    }

    [Fact]
    public async Task Call_ServiceWithoutEndpoint_SaysWhatToSet()
    {
        await using var caller = await TestService.StartAsync(configuration: [("services:backend:http:0", ""), ("Http:Retries", "0")]);
        using var client = caller.CreateServiceClient();

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://backend/name", Token));

        Assert.Contains("services__backend__http__0", error.Message);
    }

    [Fact]
    public async Task Call_OtherHost_PassesThrough()
    {
        await using var other = await StartReplicaAsync("other");
        await using var caller = await StartCallerAsync(new Uri("http://127.0.0.1:1"));
        using var client = caller.CreateServiceClient();

        Assert.Equal("other ", await client.GetStringAsync(new Uri(other.Address, "/name"), Token));
    }

    [Fact]
    public async Task Call_ClientWithoutDefaults_IsNotLedInside()
    {
        await using var inside = await StartReplicaAsync("inside");
        await using var caller = await StartCallerAsync([inside.Address], builder => builder.Services.AddHttpClient("stranger").WithoutServiceDefaults());
        using var client = caller.App.Services.GetRequiredService<IHttpClientFactory>().CreateClient("stranger");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://backend/name", Token));
    }

    [Fact]
    public async Task Find_Replicas_InTheOrderOfTheirNumbers()
    {
        var endpoints = Enumerable.Range(0, 12).Select(i => new Uri($"http://127.0.0.1:{1000 + i}")).ToArray();
        await using var caller = await StartCallerAsync(endpoints);
        var services = caller.App.Services.GetRequiredService<IServiceEndpoints>();

        Assert.Equal(endpoints, await services.FindAsync("Backend", Token));
        Assert.Empty(await services.FindAsync("unknown", Token));
    }

    private static Task<TestService> StartReplicaAsync(string name, int port = 0) => TestService.StartAsync(
        app =>
        {
            app.MapGet("/name", (HttpRequest request) => $"{name} {request.QueryString}");
            app.MapPost("/echo", async (HttpRequest request, HttpResponse response) => await request.Body.CopyToAsync(response.Body));
        },
        port: port);

    private static Task<TestService> StartCallerAsync(params Uri[] endpoints) => StartCallerAsync(endpoints, _ => { });

    private static Task<TestService> StartCallerAsync(Uri[] endpoints, Action<WebApplicationBuilder> build, params (string Key, string Value)[] more) =>
        TestService.StartAsync(build: build, configuration: [.. endpoints.Select((endpoint, i) => ($"services:backend:http:{i}", endpoint.ToString())), .. more]);
}
