using System.Diagnostics;
using System.Net;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using ImageSearch.Web.Events;
using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.Web.Tests.Api;

public sealed class EventsApiTests : ApiTest
{
    protected override (string Key, string? Value)[] Settings =>
    [
        ("Events:PollInterval", "00:00:00.020"), ("Events:LongestPollInterval", "00:00:00.050"), ("Events:SearchableAfter", "00:00:00.050"),
        ("Events:Heartbeat", "00:00:00.100"), ("Events:MaximumStreams", "3"), ("Http:RetryDelay", "00:00:00.010"),
    ];

    private EventStreams Streams => System.Services.GetRequiredService<EventStreams>();

    [Fact]
    public async Task Images_EachModelTellsItsPart_ThenDone()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        await System.Store.AddAsync(Samples.Image(2), Token);
        await System.Store.PutVectorsAsync(WebSystem.Layout.Key, [Samples.Vector(1)], Token);
        await using var events = await OpenAsync(1, 2, 3);

        var gone = await events.NextAsync();
        var first = await events.NextAsync();
        await System.Store.PutFailuresAsync(WebSystem.Layout.Key, [new ExtractionFailure(Samples.Id(2), 1, "It is \"broken\".\nReally.")], Token);
        var failed = await events.NextAsync();
        await System.Store.PutVectorsAsync(WebSystem.Other.Key, [Samples.Vector(1), Samples.Vector(2)], Token);
        var rest = await events.RestAsync();

        Assert.Equal(("gone", Samples.Id(3).ToString()), (gone!.Value.Name, (string?)gone.Value.Data["id"]));
        Assert.Equal(("searchable", Samples.Id(1).ToString(), "layout", "1"), (first!.Value.Name, (string?)first.Value.Data["id"], (string?)first.Value.Data["model"], (string?)first.Value.Data["version"]));
        Assert.Equal(("failed", Samples.Id(2).ToString(), "layout", "It is \"broken\".\nReally."), (failed!.Value.Name, (string?)failed.Value.Data["id"], (string?)failed.Value.Data["model"], (string?)failed.Value.Data["reason"]));
        Assert.Equal(["searchable", "searchable", "done"], rest.Select(next => next.Name));
        Assert.Equal((3, 1, 1), ((int)rest[2].Data["searchable"]!, (int)rest[2].Data["failed"]!, (int)rest[2].Data["gone"]!));
    }

    [Fact]
    public async Task Images_DeletedMeanwhile_IsGone()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        await using var events = await OpenAsync(1);
        await System.Store.DeleteAsync(Samples.Id(1), Token);

        Assert.Equal(["gone", "done"], (await events.RestAsync()).Select(next => next.Name));
    }

    [Fact]
    public async Task Images_FiveHundred_FitInTheAddress()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), Token, async (i, token) => await System.Store.AddAsync(Samples.Image(i), token));
        await System.Store.PutVectorsAsync(WebSystem.Layout.Key, [.. Enumerable.Range(0, 500).Select(i => Samples.Vector(i))], Token);
        await System.Store.PutVectorsAsync(WebSystem.Other.Key, [.. Enumerable.Range(0, 500).Select(i => Samples.Vector(i))], Token);
        await using var events = await EventReader.OpenAsync(Http, $"/api/v1/images/events?ids={string.Join("%2C", Enumerable.Range(0, 500).Select(Samples.Id))}");

        Assert.Equal(1001, (await events.RestAsync()).Count);
        await ProblemAsync(await Http.GetAsync($"/api/v1/images/events?ids={string.Join(',', Enumerable.Range(0, 501).Select(Samples.Id))}", Token), HttpStatusCode.BadRequest, "invalid-parameters");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?ids=")]
    [InlineData("?ids=,,")]
    [InlineData("?ids=nonsense")]
    public async Task Images_BadIds_IsABadRequest(string query) =>
        await ProblemAsync(await Http.GetAsync($"/api/v1/images/events{query}", Token), HttpStatusCode.BadRequest, "invalid-parameters");

    [Fact]
    public async Task Stream_WithoutNews_IsKeptAliveAndNotStored()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        using var response = await Http.GetAsync($"/api/v1/images/events?ids={Samples.Id(1)}", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));

        Assert.Equal("retry: 2000", await reader.ReadLineAsync(Token));
        Assert.Equal("", await reader.ReadLineAsync(Token));
        Assert.Equal(": still here", await reader.ReadLineAsync(Token));
        Assert.Equal("", await reader.ReadLineAsync(Token));
        Assert.Equal(": still here", await reader.ReadLineAsync(Token));
    }

    [Fact]
    public async Task Stream_StoreIsAway_WaitsForIt()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        System.StoreIsAway = true;
        await using var events = await OpenAsync(1);
        var next = events.NextAsync();
        await Eventually.BecomesTrue(() => Streams.Open == 1);
        System.StoreIsAway = false;
        await System.Store.PutVectorsAsync(WebSystem.Layout.Key, [Samples.Vector(1)], Token);

        Assert.Equal("searchable", (await next)!.Value.Name);
    }

    [Fact]
    public async Task Stream_ClientLeaves_Ends()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        for (var i = 0; i < 10; i++)
        {
            // More than may be open at once: each has to have ended.
            await using (await OpenAsync(1))
            {
                Assert.InRange(Streams.Open, 1, 3);
            }

            await Eventually.BecomesTrue(() => Streams.Open == 0);
        }
    }

    [Fact]
    public async Task Stream_TooMany_AreToldToComeBack()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        await using var one = await OpenAsync(1);
        await using var two = await OpenAsync(1);
        await using var three = await OpenAsync(1);

        using var response = await Http.GetAsync($"/api/v1/images/events?ids={Samples.Id(1)}", Token);

        await ProblemAsync(response, HttpStatusCode.ServiceUnavailable, "busy");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Stream_ServiceStops_EndsAtOnce()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        await using var events = await OpenAsync(1);
        var started = Stopwatch.GetTimestamp();

        System.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Null(await events.NextAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Import_Progress_UntilItIsDone()
    {
        System.Ingest.Imports["a"] = new ImportStatus("a", 10, 1, 0, 0, false, []) { State = ImportState.Running, Rate = 2.5 };
        await using var events = await EventReader.OpenAsync(Http, "/api/v1/imports/a/events");

        var first = await events.NextAsync();
        System.Ingest.Imports["a"] = System.Ingest.Imports["a"] with { Accepted = 9 };
        var second = await events.NextAsync();
        System.Ingest.Imports["a"] = System.Ingest.Imports["a"] with { Accepted = 10, Done = true, State = ImportState.Done };
        var rest = await events.RestAsync();

        Assert.Equal(("progress", "running", 1, 2.5), (first!.Value.Name, (string?)first.Value.Data["state"], (int)first.Value.Data["accepted"]!, (double)first.Value.Data["rate"]!));
        Assert.Equal(("progress", 9), (second!.Value.Name, (int)second.Value.Data["accepted"]!));
        Assert.Equal(["progress", "done"], rest.Select(next => next.Name));
        Assert.Equal("done", (string?)rest[0].Data["state"]);
    }

    [Fact]
    public async Task Import_Unknown_IsNotFound()
    {
        await ProblemAsync(await Http.GetAsync("/api/v1/imports/nobody/events", Token), HttpStatusCode.NotFound, "unknown-import");
        await ProblemAsync(await Http.GetAsync("/api/v1/imports/..%2fimages/events", Token), HttpStatusCode.NotFound, "unknown-import");
    }

    [Fact]
    public async Task Import_IngestIsAway_WaitsForIt()
    {
        System.Ingest.Imports["a"] = new ImportStatus("a", 10, 1, 0, 0, false, []);
        System.Ingest.Fail(503);
        await using var events = await EventReader.OpenAsync(Http, "/api/v1/imports/a/events");
        var next = events.NextAsync();
        System.Ingest.Intercept = null;

        Assert.Equal("progress", (await next)!.Value.Name);
    }

    private Task<EventReader> OpenAsync(params int[] pictures) =>
        EventReader.OpenAsync(Http, $"/api/v1/images/events?ids={string.Join(',', pictures.Select(Samples.Id))}");
}
