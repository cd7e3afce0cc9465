using System.Net.Http.Json;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.ImportJobs;

/// <summary>Imports that people look at, stop, and let go on.</summary>
public sealed class ImportControlTests : IAsyncLifetime
{
    private const int Sources = 40;
    private const int BeforeTheGate = 12;

    private readonly TemporaryDirectory _directory = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RemoteServer _server = null!;
    private IngestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RemoteServer.StartAsync(async context =>
        {
            if (int.Parse(context.Request.Path.Value![1..], null) >= BeforeTheGate)
            {
                await _gate.Task.WaitAsync(context.RequestAborted);
            }

            await RemoteServer.SendPictureAsync(context);
        });
        _host = IngestHost.Start(
            _directory, ("Ingest:AllowPrivateAddresses", "true"), ("Ingest:FetchTimeout", "00:01:00"), ("Ingest:ImportSaveInterval", "00:00:00.050"));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Cancel_Running_StopsAndGoesOnWhenItIsResumed()
    {
        var import = await StartAsync();

        var cancelled = await PostAsync(import, "cancel");
        Assert.Equal((ImportState.Cancelled, false), (cancelled.State, cancelled.Done));
        // The worker hears of it while sources are in work; those it finishes, and begins none.
        await Eventually.BecomesTrue(async () => (await _host.StatusAsync(import)).UpdatedAt > cancelled.UpdatedAt);
        _gate.SetResult();
        await Eventually.BecomesTrue(async () => !(await _host.Imports.FindAsync(import, default))!.IsLeased);
        var stopped = await _host.StatusAsync(import);
        Assert.Equal(ImportState.Cancelled, stopped.State);
        Assert.InRange(stopped.Accepted, BeforeTheGate, Sources - 1);
        Assert.Equal(stopped.Accepted, await _host.Store.CountAsync(default));
        Assert.Null(stopped.Rate);

        await PostAsync(import, "resume");
        var finished = await _host.FinishedAsync(import);

        Assert.Equal((ImportState.Done, Sources, Sources, 0), (finished.State, finished.Total, finished.Accepted, finished.Duplicate));
        Assert.Equal(Sources, _server.Requests);
    }

    [Fact]
    public async Task CancelAndResume_DoneOrUnknown_AreHarmless()
    {
        _gate.SetResult();
        var import = await StartAsync();
        await _host.FinishedAsync(import);

        Assert.Equal(ImportState.Done, (await PostAsync(import, "cancel")).State);
        Assert.Equal(ImportState.Done, (await PostAsync(import, "resume")).State);
        foreach (var verb in new[] { "cancel", "resume" })
        {
            using var unknown = await _host.Http.PostAsync($"/imports/nobody/{verb}", null);
            await ProblemAssert.IsAsync(unknown, HttpStatusCode.NotFound, "unknown-import");
        }
    }

    [Fact]
    public async Task List_Imports_NewestFirstWithWhatTheyAre()
    {
        _gate.SetResult();
        var first = await StartAsync();
        var second = await StartAsync();

        var list = (await _host.Http.GetFromJsonAsync<ImportList>("/imports"))!.Imports;

        Assert.Equal([second, first], list.Select(import => import.Id));
        Assert.All(list, import => Assert.Equal(("urls", _server.Url("/0")), (import.Kind, import.Name)));
        Assert.All(list, import => Assert.Equal(["tag"], import.Tags));
        await _host.FinishedAsync(first);
        await _host.FinishedAsync(second);
    }

    [Fact]
    public async Task Status_Running_HasItsRateAndTheTimeLeft()
    {
        var import = await StartAsync();

        await Eventually.BecomesTrue(async () => (await _host.StatusAsync(import)) is { State: ImportState.Running, Rate: > 0, SecondsLeft: > 0 });
        _gate.SetResult();
        var finished = await _host.FinishedAsync(import);

        Assert.Equal((null, null), (finished.Rate, finished.SecondsLeft));
        Assert.InRange(finished.UpdatedAt, finished.CreatedAt, DateTimeOffset.UtcNow);
    }

    private async Task<string> StartAsync()
    {
        var import = await _host.ImportAsync(new { urls = Enumerable.Range(0, Sources).Select(i => _server.Url($"/{i}")), tags = new[] { "tag" } });
        await Eventually.BecomesTrue(async () => (await _host.StatusAsync(import)).Accepted + (await _host.StatusAsync(import)).Duplicate >= BeforeTheGate);
        return import;
    }

    private async Task<ImportStatus> PostAsync(string import, string verb)
    {
        using var response = await _host.Http.PostAsync($"/imports/{import}/{verb}", null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/imports/{import}", response.Headers.Location?.ToString());
        return (await response.Content.ReadFromJsonAsync<ImportStatus>())!;
    }
}
