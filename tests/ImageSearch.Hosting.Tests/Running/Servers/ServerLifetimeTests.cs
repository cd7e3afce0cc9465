using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using ImageSearch.Testing;

namespace ImageSearch.Hosting.Tests.Running.Servers;

public sealed class ServerLifetimeTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Restart_OfTheAppHost_FindsDataAndPasswordsAgain()
    {
        Assert.SkipWhen(ServerPrograms.Missing is not null, ServerPrograms.Missing ?? "");
        using var directory = new TemporaryDirectory();
        string[] passwords;
        await using (var first = await RunningServers.StartAsync(directory.Path))
        {
            var (broker, database) = await ConnectionStringsAsync(first);
            await ServerClients.KeepInRabbitMqAsync(broker, "kept");
            await ServerClients.KeepInMongoDbAsync(database, "kept");
            passwords = [await first.ParameterAsync("rabbitmq-password"), await first.ParameterAsync("mongo-password")];
        }

        await using var second = await RunningServers.StartAsync(directory.Path);
        var (brokerAgain, databaseAgain) = await ConnectionStringsAsync(second);

        Assert.Equal(passwords, new[] { await second.ParameterAsync("rabbitmq-password"), await second.ParameterAsync("mongo-password") });
        Assert.Equal("kept", await ServerClients.TakeFromRabbitMqAsync(brokerAgain));
        Assert.True(await ServerClients.IsInMongoDbAsync(databaseAgain, "kept"));
        Assert.Equal(FileModes.OwnersFile, FileModes.Of(directory.Combine("rabbitmq-password")));
        Assert.Equal(FileModes.OwnersFile, FileModes.Of(directory.Combine("rabbitmq-data", "rabbitmq.conf")));
    }

    [Fact]
    public async Task SecondAppHost_OnTheSameData_KeepsItsHandsOffAndSaysSo()
    {
        Assert.SkipWhen(ServerPrograms.Missing is not null, ServerPrograms.Missing ?? "");
        using var directory = new TemporaryDirectory();
        await using var first = await RunningServers.StartAsync(directory.Path);

        await using var second = await SampleApp.StartAsync(builder =>
        {
            builder.Configuration["Volumes:Directory"] = directory.Path;
            builder.AddRabbitMQ("rabbitmq").WithDataVolume("rabbitmq-data");
        });

        await SampleApp.WaitForLineAsync(second.Replica("rabbitmq"), "Another RabbitMQ runs on");
        await second.WaitForAsync("rabbitmq", s => s.State is { Text: "Exited", Style: "error" });
        var (broker, _) = await ConnectionStringsAsync(first);
        await ServerClients.KeepInRabbitMqAsync(broker, "unharmed");
    }

    [Fact]
    public async Task Stop_OfTheApplication_EndsServersAfterTheServicesThatUseThem()
    {
        Assert.SkipWhen(ServerPrograms.Missing is not null, ServerPrograms.Missing ?? "");
        await using var app = await SampleApp.StartAsync(
            builder =>
            {
                var mongo = builder.AddMongoDB("mongo");
                builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("service", launchProfileName: null)
                    .WithHttpEndpoint().WithHttpHealthCheck("/health").WithEnvironment("SAMPLE_IGNORE_SIGTERM", "yes").WaitFor(mongo);
            },
            options => options.StopTimeout = TimeSpan.FromSeconds(1));
        await app.WaitUntilHealthyAsync("service");

        await app.App.StopAsync();

        Assert.True(app.App.ResourceNotifications.TryGetCurrentState("service", out var service));
        Assert.True(app.App.ResourceNotifications.TryGetCurrentState("mongo", out var mongo));
        Assert.True(mongo.Snapshot.StopTimeStamp > service.Snapshot.StopTimeStamp);
        Assert.Equal(0, mongo.Snapshot.ExitCode);
    }

    [Fact]
    public async Task ManagementPlugin_Declared_AnswersWithTheSamePassword()
    {
        Assert.SkipWhen(ServerPrograms.Missing is not null, ServerPrograms.Missing ?? "");
        await using var app = await SampleApp.StartAsync(builder => builder.AddRabbitMQ("rabbitmq").WithManagementPlugin());
        await app.WaitUntilHealthyAsync("rabbitmq");
        using var client = new HttpClient { BaseAddress = app.App.GetEndpoint("rabbitmq", "management") };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"guest:{await app.ParameterAsync("rabbitmq-password")}"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);

        using var response = await client.GetAsync(new Uri("/api/overview", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task KillMinusNine_OfTheAppHost_LeavesNoServerAndNoPortMapper()
    {
        Assert.SkipWhen(ServerPrograms.Missing is not null, ServerPrograms.Missing ?? "");
        using var directory = new TemporaryDirectory();
        string[] arguments =
        [
            "exec", typeof(Projects.ImageSearch_Hosting_SampleAppHost).Assembly.Location, "--Dashboard:Enabled=false", "--servers=true",
            $"--Volumes:Directory={directory.Path}",
        ];
        using var appHost = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        using var deadline = new CancellationTokenSource(Deadline);
        await WaitForLinesAsync(appHost, ["Starting broker", "waiting for connections"], deadline.Token);
        var all = Processes.DescendantsOf(appHost.Id);
        var names = all.Select(Processes.NameOf).ToArray();

        appHost.Kill(entireProcessTree: false);

        Assert.Contains("beam.smp", names);
        Assert.Contains("epmd", names);
        Assert.Contains("mongod", names);
        foreach (var process in all)
        {
            await Processes.WaitUntilGoneAsync(process);
        }
    }

    private static async Task WaitForLinesAsync(Process process, IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        var missing = texts.ToList();
        while (missing.Count > 0)
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
            Assert.NotNull(line);
            missing.RemoveAll(text => line.Contains(text, StringComparison.Ordinal));
        }
    }

    private static async Task<(string Broker, string Database)> ConnectionStringsAsync(SampleApp app) =>
        (await app.ConnectionStringAsync("rabbitmq"), await app.ConnectionStringAsync("mongodb"));
}
