using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Search;

/// <summary>Replicas that hang, requests with a deadline, and clients that want the same model each time. Shard 0 of <c>layout</c> has two replicas.</summary>
public sealed class RoutingTests : ApiTest
{
    private static readonly byte[] Picture = GeneratedPicture.Png(1, 32, 32);

    private readonly FakeIndex _replica = new(WebSystem.Layout, 0);

    protected override (string Key, string? Value)[] Settings =>
        [("services:index-layout-0:http:1", _replica.Address), ("Models:1:Weight", "1"), ("Hedging:InitialDelay", "00:00:00.050"), ("Search:ShardTimeout", "00:00:20")];

    public override async ValueTask InitializeAsync()
    {
        await _replica.StartAsync();
        await base.InitializeAsync();
        await System.AddAsync(Picture, "a.png");
        foreach (var (id, vector) in System.Shards[0].Vectors)
        {
            _replica.Vectors[id] = vector;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _replica.DisposeAsync();
    }

    [Fact]
    public async Task ReplicaHangs_TheOtherAnswersAndSoonGetsAllSearches()
    {
        System.Shards[0].Hang();
        var start = Stopwatch.GetTimestamp();

        for (var i = 0; i < 20; i++)
        {
            Assert.False((bool)(await SearchAsync("?model=layout"))["partial"]!);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10));
        Assert.InRange(System.Shards[0].Requests.Count, 3, 8);
        var metrics = PrometheusSamples.Parse(await Http.GetStringAsync("/metrics", Token));
        Assert.Contains("imagesearch_search_hedges_total{outcome=\"won\",target=\"index\"}", metrics.Keys);
    }

    [Fact]
    public async Task Deadline_ShardHangs_TheAnswerIsPartialInTime()
    {
        await SearchAsync("?model=layout"); // what takes time once has been done
        System.Shards[1].Hang();
        var start = Stopwatch.GetTimestamp();

        var answer = await SearchAsync("?model=layout", ("X-Deadline-Ms", "1500"));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.True((bool)answer["partial"]!);
        Assert.StartsWith("did not answer within 1.", (string?)answer["shards"]![1]!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_ExtractorHangs_SaysThatItHasPassed()
    {
        System.Extractor.Hang();

        using var response = await PostAsync("?model=layout", ("X-Deadline-Ms", "200"));

        await ProblemAsync(response, HttpStatusCode.GatewayTimeout, "deadline-exceeded");
    }

    [Fact]
    public async Task Deadline_TooShortForAllShards_SaysThatItHasPassedAndDoesNotBlameTheModel()
    {
        foreach (var index in System.Shards.Append(_replica))
        {
            index.Hang();
        }

        using var response = await PostAsync("?model=layout", ("X-Deadline-Ms", "500"));

        await ProblemAsync(response, HttpStatusCode.GatewayTimeout, "deadline-exceeded");
    }

    [Fact]
    public async Task Deadline_IsPassedOn()
    {
        await SearchAsync("?model=layout"); // what takes time once has been done
        var told = new ConcurrentDictionary<string, string>();
        System.Shards[1].Intercept = context => HangAsync("index", context);
        await SearchAsync("?model=layout", ("X-Deadline-Ms", "1500"));
        System.Extractor.Intercept = context => HangAsync("extractor", context);
        (await PostAsync("?model=layout", ("X-Deadline-Ms", "1500"))).Dispose();

        Assert.InRange(int.Parse(told["index"], CultureInfo.InvariantCulture), 1, 1300);
        Assert.InRange(int.Parse(told["extractor"], CultureInfo.InvariantCulture), 1, 1500);

        Task HangAsync(string who, Microsoft.AspNetCore.Http.HttpContext context)
        {
            if (Microsoft.AspNetCore.Http.HttpMethods.IsPost(context.Request.Method)) // and not the looks at its state, which come by themselves
            {
                told[who] = context.Request.Headers["X-Deadline-Ms"].ToString();
            }

            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("60001")]
    [InlineData("soon")]
    public async Task Deadline_Bad_IsRefused(string value)
    {
        var problem = await ProblemAsync(await PostAsync("", ("X-Deadline-Ms", value)), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.NotNull(problem["errors"]!["X-Deadline-Ms"]);
    }

    [Fact]
    public async Task Client_WithoutModel_GetsTheSameOneEachTime()
    {
        var models = new HashSet<string>();
        for (var client = 0; client < 12; client++)
        {
            var name = $"client {client}";
            var model = (string)(await SearchAsync("", ("X-Client-Id", name)))["model"]!;
            Assert.Equal(model, (string?)(await SearchAsync($"?sticky={Uri.EscapeDataString(name)}"))["model"]);
            Assert.Equal(model, (string?)(await JsonAsync(await Http.PostAsync("/api/v1/search", Form(Picture, ("sticky", name)), Token)))["model"]);
            models.Add(model);
        }

        Assert.Equal(2, models.Count);
    }

    [Fact]
    public async Task Client_TokenIsTooLong_IsRefused()
    {
        var problem = await ProblemAsync(await PostAsync("", ("X-Client-Id", new string('x', 129))), HttpStatusCode.BadRequest, "invalid-parameters");

        Assert.NotNull(problem["errors"]!["sticky"]);
    }

    private async Task<JsonObject> SearchAsync(string query, params (string Name, string Value)[] headers) => await JsonAsync(await PostAsync(query, headers));

    private async Task<HttpResponseMessage> PostAsync(string query, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/search" + query) { Content = Form(Picture) };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await Http.SendAsync(request, Token);
    }
}
