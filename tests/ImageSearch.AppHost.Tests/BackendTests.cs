using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace ImageSearch.AppHost.Tests;

/// <summary>What <c>--backend servers</c> runs, whatever this machine has.</summary>
public sealed class BackendTests
{
    private static readonly ServerPrograms Nothing = new(HasContainerEngine: false, null, null, null);
    private static readonly ServerPrograms Engine = Nothing with { HasContainerEngine = true };
    private static readonly ServerPrograms Installed = Nothing with { RabbitMq = "/usr/bin/rabbitmq-server", Mongod = "/usr/bin/mongod", MongodVersion = new(4, 4, 0) };

    [Fact]
    public void Servers_EngineAnswers_AreContainersThatKeepTheirData()
    {
        var (builder, _) = Add(Engine);

        Assert.IsType<RabbitMQServerResource>(builder.Resources.Single(r => r.Name == "rabbitmq"));
        Assert.Equal("imagesearch", Assert.IsType<MongoDBDatabaseResource>(builder.Resources.Single(r => r.Name == "mongodb")).DatabaseName);
        Assert.Equal(["imagesearch-rabbitmq", "imagesearch-mongo"], builder.Resources.SelectMany(r => r.Annotations.OfType<ContainerMountAnnotation>()).Select(m => m.Source));
    }

    [Fact]
    public void Servers_InstalledAndNoEngine_AreProcessesThatKeepTheirData()
    {
        var (builder, _) = Add(Installed);

        Assert.Empty(builder.Resources.OfType<ContainerResource>());
        Assert.Equal(["/d/imagesearch-rabbitmq", "/d/imagesearch-mongo"], builder.Resources.OfType<ExecutableResource>().Where(r => r is RabbitMqProcess or MongoDbProcess).Select(r => r.WorkingDirectory));
    }

    [Theory]
    [InlineData(true, "mongo", "mongodb")]
    [InlineData(false, "mongo")]
    public void Servers_RunByTheAppHost_OnlyTheDatabaseIsWaitedFor(bool engine, params string[] waitedFor)
    {
        var (builder, backend) = Add(engine ? Engine : Installed);
        var service = builder.AddProject<Projects.ImageSearch_Ingest>("service", launchProfileName: null).WithBackend(backend, Backend.Broker, Backend.Database, Backend.Blobs);

        Assert.Equal(waitedFor, service.Resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource.Name));
    }

    [Fact]
    public async Task Servers_BlobsNotGiven_AreFiles()
    {
        var (builder, backend) = Add(Engine);
        var service = builder.AddProject<Projects.ImageSearch_Ingest>("service", launchProfileName: null).WithBackend(backend, Backend.Broker, Backend.Database, Backend.Blobs);
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, service.Resource);
        foreach (var annotation in service.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        Assert.False(context.EnvironmentVariables.ContainsKey("ConnectionStrings__s3"));
        Assert.Equal("/d", context.EnvironmentVariables["Data__Directory"]);
        Assert.Equal("servers", context.EnvironmentVariables["Backend"]);
    }

    [Fact]
    public void Servers_NeitherEngineNorPrograms_SaysWhatToInstallForEach()
    {
        var e = Assert.Throws<DistributedApplicationException>(() => Add(Nothing));

        Assert.Equal(
            [
                "--backend servers needs RabbitMQ: start Docker or Podman, install rabbitmq-server (Debian, Ubuntu: apt-get install rabbitmq-server), or set ConnectionStrings:rabbitmq to one that runs elsewhere.",
                "--backend servers needs MongoDB 4.4 or newer: start Docker or Podman, install such a mongod, or set ConnectionStrings:mongodb to one that runs elsewhere. Nothing was started.",
            ],
            e.Message.Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("4.0.10", false)]
    [InlineData("4.4.0", true)]
    [InlineData("8.0.17", true)]
    [InlineData("10.0.0", true)]
    public void Servers_Mongod_IsRefusedByItsVersion(string version, bool taken)
    {
        var problem = (Installed with { MongodVersion = Version.Parse(version) }).MongoDbProblem;

        Assert.Equal(taken, problem is null);
        Assert.True(taken || problem!.Contains($"/usr/bin/mongod is {version}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--ConnectionStrings:rabbitmq=amqp://b", "MongoDB")]
    [InlineData("--ConnectionStrings:mongodb=mongodb://d/x", "RabbitMQ")]
    public void Servers_OneGiven_OnlyTheOtherIsNeeded(string given, string needed)
    {
        var e = Assert.Throws<DistributedApplicationException>(() => Add(Nothing, given));

        Assert.StartsWith($"--backend servers needs {needed}", Assert.Single(e.Message.Split(Environment.NewLine)), StringComparison.Ordinal);
    }

    private static (IDistributedApplicationBuilder Builder, Backend Backend) Add(ServerPrograms programs, params string[] args)
    {
        args = ["--backend", "servers", "--data", "/d", .. args];
        var builder = DistributedApplication.CreateBuilder(args);
        return (builder, Backend.Add(builder, AppHostOptions.Read(builder, args), () => programs));
    }
}
