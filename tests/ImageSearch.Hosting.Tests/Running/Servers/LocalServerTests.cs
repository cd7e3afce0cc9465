using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using ImageSearch.Core.Mongo;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Hosting.Tests.Running.Servers;

/// <summary>The real servers as processes; every test leaves them running, whatever it does to them.</summary>
public sealed class LocalServerTests(RunningServers servers) : IClassFixture<RunningServers>
{
    private readonly RunningServers _servers = ServerPrograms.Missing is { } missing ? throw Xunit.Sdk.SkipException.ForSkip(missing) : servers;

    private SampleApp App => _servers.App;

    [Fact]
    public async Task Start_ServersDeclared_ServicesGetConnectionStringsThatWork()
    {
        var environment = await ServiceEnvironmentAsync();

        await ServerClients.KeepInRabbitMqAsync(environment["ConnectionStrings__rabbitmq"], "works");
        Assert.Equal("works", await ServerClients.TakeFromRabbitMqAsync(environment["ConnectionStrings__rabbitmq"]));
        await ServerClients.KeepInMongoDbAsync(environment["ConnectionStrings__mongodb"], "works");
        Assert.True(await ServerClients.IsInMongoDbAsync(environment["ConnectionStrings__mongodb"], "works"));
    }

    [Fact]
    public async Task Start_ServersDeclared_LetNobodyInWithoutThePassword()
    {
        var environment = await ServiceEnvironmentAsync();
        var broker = new UriBuilder(environment["ConnectionStrings__rabbitmq"]) { Password = "guest" }.Uri.ToString();
        var database = environment["ConnectionStrings__mongodb"];
        var anonymous = $"mongodb://{database[(database.IndexOf('@', StringComparison.Ordinal) + 1)..].Split('?')[0]}";

        await Assert.ThrowsAsync<BrokerUnreachableException>(() => ServerClients.TakeFromRabbitMqAsync(broker));
        await Assert.ThrowsAsync<MongoException>(() => ServerClients.IsInMongoDbAsync(anonymous, "anything"));
    }

    [Fact]
    public async Task Start_ServersDeclared_PasswordsAreMaskedForPeople()
    {
        var service = (await App.WaitUntilHealthyAsync("service")).Snapshot.EnvironmentVariables.ToDictionary(v => v.Name, v => v.Value);
        var rabbit = (await App.WaitUntilHealthyAsync("rabbitmq")).Snapshot;
        var mongo = (await App.WaitUntilHealthyAsync("mongo")).Snapshot;

        Assert.Equal(("********", "********"), (service["ConnectionStrings__rabbitmq"], service["ConnectionStrings__mongodb"]));
        Assert.Equal("********", rabbit.EnvironmentVariables.Single(v => v.Name == "RABBITMQ_DEFAULT_PASS").Value);
        Assert.Equal("********", mongo.EnvironmentVariables.Single(v => v.Name == "MONGO_INITDB_ROOT_PASSWORD").Value);

        string[] passwords = [await App.ParameterAsync("rabbitmq-password"), await App.ParameterAsync("mongo-password")];
        var shown = new[] { rabbit, mongo }.SelectMany(s => s.EnvironmentVariables.Select(v => v.Value).Concat(s.Properties.Select(p => Text(p.Value))));
        var commands = new[] { rabbit, mongo }.Select(s => Processes.CommandLineOf(SampleApp.ProcessId(s)));
        Assert.All(passwords, password => Assert.DoesNotContain(shown.Concat(commands), text => text!.Contains(password, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("rabbitmq")]
    [InlineData("mongo")]
    public async Task Start_Server_IsShownAsAContainerAndListensOnLoopbackOnly(string name)
    {
        var server = await App.WaitUntilHealthyAsync(name);
        var process = SampleApp.ProcessId(server);
        var addresses = new[] { process }.Concat(Processes.DescendantsOf(process)).SelectMany(Processes.ListeningAddressesOf).ToArray();

        Assert.Equal("Container", server.Snapshot.ResourceType);
        Assert.Equal($"tcp://localhost:{new EndpointReference((IResourceWithEndpoints)server.Resource, "tcp").Port}", Assert.Single(server.Snapshot.Urls).Url);
        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.True(IPAddress.IsLoopback(address), address.ToString()));
    }

    [Theory]
    [InlineData("rabbitmq")]
    [InlineData("mongo")]
    public async Task Kill_OfAServer_IsACrashAndItComesBackWithItsData(string name)
    {
        var environment = await ServiceEnvironmentAsync();
        var first = await App.WaitUntilHealthyAsync(name);
        var process = SampleApp.ProcessId(first);
        int[] all = [process, .. Processes.DescendantsOf(process)];
        await KeepAsync(environment, name, "through a crash");
        var crashed = App.WaitForAsync(name, s => s.State is { Text: "Exited", Style: "error" });

        using (var server = Process.GetProcessById(process))
        {
            server.Kill();
        }

        await crashed;
        await App.WaitForAsync(name, s => s.HealthStatus is not null && s.StartTimeStamp > first.Snapshot.StartTimeStamp);
        await App.WaitUntilHealthyAsync(name);
        Assert.True(await IsKeptAsync(environment, name, "through a crash"));
        foreach (var old in all)
        {
            await Processes.WaitUntilGoneAsync(old);
        }
    }

    [Theory]
    [InlineData("rabbitmq")]
    [InlineData("mongo")]
    public async Task StopStart_OfAServer_EndsEveryProcessOfItAndBringsItsDataBack(string name)
    {
        var environment = await ServiceEnvironmentAsync();
        var process = SampleApp.ProcessId(await App.WaitUntilHealthyAsync(name));
        int[] all = [process, .. Processes.DescendantsOf(process)];
        await KeepAsync(environment, name, "through a stop");

        await App.Replica(name).StopAsync(default);
        try
        {
            foreach (var old in all)
            {
                await Processes.WaitUntilGoneAsync(old);
            }

            Assert.True(App.App.ResourceNotifications.TryGetCurrentState(name, out var stopped));
            Assert.Equal(new ResourceStateSnapshot("Exited", null), stopped.Snapshot.State);
            Assert.Equal(0, stopped.Snapshot.ExitCode);
        }
        finally
        {
            await App.Replica(name).StartAsync(default);
        }

        await App.WaitUntilHealthyAsync(name);
        Assert.True(await IsKeptAsync(environment, name, "through a stop"));
    }

    private static Task KeepAsync(Dictionary<string, string> environment, string name, string text) => name == "mongo"
        ? ServerClients.KeepInMongoDbAsync(environment["ConnectionStrings__mongodb"], text)
        : ServerClients.KeepInRabbitMqAsync(environment["ConnectionStrings__rabbitmq"], text);

    private static async Task<bool> IsKeptAsync(Dictionary<string, string> environment, string name, string text) => name == "mongo"
        ? await ServerClients.IsInMongoDbAsync(environment["ConnectionStrings__mongodb"], text)
        : await ServerClients.TakeFromRabbitMqAsync(environment["ConnectionStrings__rabbitmq"]) == text;

    private static string Text(object? value) => value is IEnumerable<string> list ? string.Join(' ', list) : $"{value}";

    private async Task<Dictionary<string, string>> ServiceEnvironmentAsync()
    {
        await App.WaitUntilHealthyAsync("service");
        using var client = App.App.CreateHttpClient("service");
        return (await client.GetFromJsonAsync<Dictionary<string, string>>("/env"))!;
    }
}
