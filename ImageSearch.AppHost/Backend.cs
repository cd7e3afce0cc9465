using Microsoft.Extensions.Configuration;

namespace ImageSearch.AppHost;

/// <summary>
/// What the services keep records, work and pictures in. Embedded: files that they share. Servers: RabbitMQ, MongoDB and, where one is
/// given, an S3 server; those that configuration has a connection string for, else the AppHost's own.
/// </summary>
internal sealed class Backend
{
    private const string RabbitMqData = "imagesearch-rabbitmq";
    private const string MongoDbData = "imagesearch-mongo";

    public const string Embedded = "embedded";
    public const string Servers = "servers";

    /// <summary>Names of the connection strings, in configuration and in the services' environment.</summary>
    public const string Broker = "rabbitmq";
    public const string Database = "mongodb";
    public const string Blobs = "s3";

    private readonly AppHostOptions _options;
    private readonly Dictionary<string, IResourceBuilder<IResourceWithConnectionString>> _connections = [];

    /// <summary>The database that the AppHost runs itself.</summary>
    private IResourceBuilder<IResource>? _own;

    private Backend(AppHostOptions options) => _options = options;

    public bool IsEmbedded => _options.Backend == Embedded;

    /// <param name="programs">What there is to run servers with; only called when servers are to be run.</param>
    /// <exception cref="DistributedApplicationException">They cannot be run here; the message says what to do.</exception>
    public static Backend Add(IDistributedApplicationBuilder builder, AppHostOptions options, Func<ServerPrograms> programs)
    {
        var backend = new Backend(options);
        if (builder.ExecutionContext.IsPublishMode)
        {
            builder.AddPublishedServers(backend._connections);
        }
        else if (!backend.IsEmbedded)
        {
            backend.AddServers(builder, programs);
        }

        return backend;
    }

    /// <summary>
    /// Gives a service the connections that it uses. Of all this only the AppHost's own database is waited for, which has no user before
    /// its first start. A service can start without any server, says so on /health, and is ready when they are; without the broker even
    /// pictures are taken in and embedded, so nothing waits for that.
    /// </summary>
    public void Connect(IResourceBuilder<ProjectResource> service, string[] connections)
    {
        service.WithEnvironment("Backend", _options.Backend).WithEnvironment("Data__Directory", _options.DataDirectory);
        foreach (var name in connections.Where(_connections.ContainsKey))
        {
            service.WithReference(_connections[name], connectionName: name);
        }

        // Servers that somebody else runs are not for this host to wait for.
        if (_own is not null)
        {
            service.WaitFor(_own);
        }
    }

    /// <summary>What is wrong with connection strings that are given; said once, here, and not by each service in turn.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        from expected in new[] { (Name: Broker, Schemes: (string[])["amqp", "amqps"]), (
            Name: Database, Schemes: ["mongodb", "mongodb+srv"]) }
        let given = configuration.GetConnectionString(expected.Name)
        where !string.IsNullOrWhiteSpace(given)
            && !expected.Schemes.Any(scheme => given.StartsWith($"{scheme}://", StringComparison.Ordinal))
        select $"ConnectionStrings:{expected.Name} must begin with {string.Join(" or ", expected.Schemes.Select(scheme => $"{scheme}://"))}.";

    private void AddServers(IDistributedApplicationBuilder builder, Func<ServerPrograms> find)
    {
        var given = (Broker: Given(builder, Broker), Database: Given(builder, Database));
        var programs = given is { Broker: not null, Database: not null } ? null : find();
        string?[] problems =
            [given.Broker is null ? programs!.RabbitMqProblem : null, given.Database is null ? programs!.MongoDbProblem : null];
        if (problems.Any(problem => problem is not null))
        {
            throw new DistributedApplicationException(
                $"{string.Join(Environment.NewLine, problems.Where(problem => problem is not null))} Nothing was started.");
        }

        _connections[Broker] = given.Broker ?? AddRabbitMq(builder, programs!);
        _connections[Database] = given.Database ?? AddMongoDb(builder, programs!);
        if (Given(builder, Blobs) is { } blobs)
        {
            _connections[Blobs] = blobs;
        }
    }

    private IResourceBuilder<IResourceWithConnectionString> AddRabbitMq(IDistributedApplicationBuilder builder, ServerPrograms programs)
    {
        var password = AddKeptPassword(builder, "rabbitmq-password");
        return programs.HasContainerEngine
            ? builder.AddRabbitMQ(Broker, password: password).WithDataVolume(RabbitMqData)
            : RabbitMqProcess.Add(builder, Broker, programs.RabbitMq!, Path.Combine(_options.DataDirectory, RabbitMqData), password);
    }

    private IResourceBuilder<IResourceWithConnectionString> AddMongoDb(IDistributedApplicationBuilder builder, ServerPrograms programs)
    {
        var password = AddKeptPassword(builder, "mongo-password");
        IResourceBuilder<IResourceWithConnectionString> database = programs.HasContainerEngine
            ? builder.AddMongoDB("mongo", password).WithArgs(MongoDbSet.ContainerArguments).WithDataVolume(MongoDbData)
                .AddDatabase(Database, "imagesearch")
            : MongoDbProcess.Add(builder, "mongo", programs.Mongod!, Path.Combine(_options.DataDirectory, MongoDbData), password);
        _own = database;
        return database;
    }

    // As long as the data, whose user is created with it. Aspire's own would be kept in the user's secrets, apart from the data.
    private IResourceBuilder<ParameterResource> AddKeptPassword(IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(
        name, () => builder.Configuration[$"Parameters:{name}"] ?? KeptPassword.ReadOrCreate(_options.DataDirectory, name), secret: true);

    private static IResourceBuilder<IResourceWithConnectionString>? Given(IDistributedApplicationBuilder builder, string name) =>
        string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(name)) ? null : builder.AddConnectionString(name);
}
