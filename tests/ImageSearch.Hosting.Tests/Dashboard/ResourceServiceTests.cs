using Aspire.Hosting;
using Google.Protobuf.WellKnownTypes;
using ImageSearch.Hosting.Dashboard;
using ImageSearch.Hosting.Dashboard.Messages;

namespace ImageSearch.Hosting.Tests.Dashboard;

public sealed class ResourceServiceTests : IAsyncLifetime
{
    private const string Key = "the-key";
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));
    private SampleApp _app = null!;
    private ResourceServer _server = null!;
    private ResourceServiceClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await SampleApp.StartAsync(builder => builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null)
            .WithHttpEndpoint().WithHttpHealthCheck("/health").WithEnvironment("OPEN", "yes"));
        await _app.WaitUntilHealthyAsync("web");
        _server = await ResourceServer.StartAsync(new ResourceService("sample", _app.App.ResourceNotifications, _app.Runner.Replicas), Key, default);
        _client = new ResourceServiceClient(_server.Url, Key);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _app.DisposeAsync();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Call_WithoutTheKey_IsUnauthenticated()
    {
        using var stranger = new ResourceServiceClient(_server.Url, "guess");

        using var response = await stranger.CallAsync("GetApplicationInformation", ResourceServiceClient.Frame(new Empty()), _deadline.Token);

        Assert.Equal("16", response.Headers.GetValues("grpc-status").Single());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Call_WithGarbage_IsInvalidArgument()
    {
        using var response = await _client.CallAsync("ExecuteResourceCommand", [0, 0, 0], _deadline.Token);
        await response.Content.ReadAsByteArrayAsync();

        Assert.Equal("3", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task GetApplicationInformation_GivesTheName()
    {
        var answer = await _client.UnaryAsync("GetApplicationInformation", new Empty(), ApplicationInformationResponse.Parser, _deadline.Token);

        Assert.Equal("sample", answer.ApplicationName);
    }

    [Fact]
    public async Task WatchResources_GivesEverythingTheDashboardNeedsAndThenChanges()
    {
        using var response = await _client.CallAsync("WatchResources", ResourceServiceClient.Frame(new Empty()), _deadline.Token);
        await using var body = await response.Content.ReadAsStreamAsync(_deadline.Token);
        var initial = await ResourceServiceClient.ReadAsync(body, WatchResourcesUpdate.Parser, _deadline.Token);

        var web = Assert.Single(initial.InitialData.Resources);
        Assert.Equal("web", web.DisplayName);
        Assert.Equal("Project", web.ResourceType);
        Assert.Equal("Running", web.State);
        Assert.NotNull(web.CreatedAt);
        Assert.NotNull(Assert.Single(web.Urls).DisplayProperties);
        Assert.Contains(web.Environment, v => v is { Name: "OPEN", Value: "yes" });
        Assert.Equal(HealthState.Healthy, Assert.Single(web.HealthReports).Status);
        Assert.Equal(["resource-stop", "resource-restart"], web.Commands.Where(c => c.State == CommandState.Enabled).Select(c => c.Name));

        await _app.Replica("web").StopAsync(default);
        Resource update;
        do
        {
            update = (await ResourceServiceClient.ReadAsync(body, WatchResourcesUpdate.Parser, _deadline.Token)).Changes.Value.Single().Upsert;
        }
        while (update.State != "Exited");

        Assert.Equal(["resource-start"], update.Commands.Where(c => c.State == CommandState.Enabled).Select(c => c.Name));
        Assert.True(Assert.Single(update.Urls).IsInactive);
    }

    [Fact]
    public async Task WatchConsoleLogs_GivesTimedNumberedLines()
    {
        var request = new WatchConsoleLogsRequest { ResourceName = _app.Replica("web").Id, SuppressFollow = true };

        var update = await _client.UnaryAsync("WatchResourceConsoleLogs", request, WatchConsoleLogsUpdate.Parser, _deadline.Token);

        var line = update.LogLines[0];
        Assert.Equal(1, line.LineNumber);
        Assert.False(line.IsStdErr);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z pid=\d+$", line.Text);
    }

    [Theory]
    [InlineData("resource-stop", "Exited")]
    [InlineData("resource-start", "Running")]
    [InlineData("resource-restart", "Running")]
    public async Task ExecuteCommand_DoesIt(string command, string state)
    {
        var before = SampleApp.ProcessId(await _app.WaitUntilHealthyAsync("web"));
        if (command == "resource-start")
        {
            await _app.Replica("web").StopAsync(default);
        }

        var answer = await ExecuteAsync(command, _app.Replica("web").Id);

        Assert.Equal(CommandOutcome.Succeeded, answer.Kind);
        var after = await _app.WaitForStateAsync("web", state);
        Assert.False(Processes.IsAlive(before));
        Assert.True(state != "Running" || SampleApp.ProcessId(after) != before);
    }

    [Theory]
    [InlineData("resource-dance", null)]
    [InlineData("resource-stop", "nobody")]
    public async Task ExecuteCommand_Unknown_Fails(string command, string? resource)
    {
        var answer = await ExecuteAsync(command, resource ?? _app.Replica("web").Id);

        Assert.Equal(CommandOutcome.Failed, answer.Kind);
        Assert.StartsWith("There is no", answer.Message, StringComparison.Ordinal);
    }

    private Task<ResourceCommandResponse> ExecuteAsync(string command, string resource) => _client.UnaryAsync(
        "ExecuteResourceCommand", new ResourceCommandRequest { CommandName = command, ResourceName = resource }, ResourceCommandResponse.Parser, _deadline.Token);
}
