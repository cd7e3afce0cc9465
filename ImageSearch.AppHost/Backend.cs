using Microsoft.Extensions.Configuration;

namespace ImageSearch.AppHost;

/// <summary>
/// What the services keep records, work and pictures in. Embedded: files that they share. Servers: RabbitMQ, MongoDB and, where one is
/// given, an S3 server; those that configuration has a connection string for, else the AppHost's own.
/// </summary>
internal sealed class Backend
{
    public const string Embedded = "embedded";
    public const string Servers = "servers";

    /// <summary>Names of the connection strings, in configuration and in the services' environment.</summary>
    public const string Broker = "rabbitmq";
    public const string Database = "mongodb";
    public const string Blobs = "s3";

    private readonly AppHostOptions _options;
    private readonly Dictionary<string, IResourceBuilder<IResourceWithConnectionString>> _connections = [];

    private Backend(AppHostOptions options) => _options = options;

    public bool IsEmbedded => _options.Backend == Embedded;

    public static Backend Add(IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        var backend = new Backend(options);
        if (builder.ExecutionContext.IsPublishMode)
        {
            builder.AddPublishedServers(backend._connections);
        }
        else if (!backend.IsEmbedded)
        {
            backend.AddServers(builder);
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
        if (_connections.GetValueOrDefault(Database) is { Resource: MongoDBDatabaseResource } own)
        {
            service.WaitFor(own);
        }
    }

    /// <summary>What is wrong with connection strings that are given; said once, here, and not by each service in turn.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        from expected in new[] { (Name: Broker, Schemes: (string[])["amqp", "amqps"]), (Name: Database, Schemes: ["mongodb", "mongodb+srv"]) }
        let given = configuration.GetConnectionString(expected.Name)
        where !string.IsNullOrWhiteSpace(given) && !expected.Schemes.Any(scheme => given.StartsWith($"{scheme}://", StringComparison.Ordinal))
        select $"ConnectionStrings:{expected.Name} must begin with {string.Join(" or ", expected.Schemes.Select(scheme => $"{scheme}://"))}.";

    private void AddServers(IDistributedApplicationBuilder builder)
    {
        _connections[Broker] = Given(builder, Broker)
            ?? builder.AddRabbitMQ(Broker, password: builder.AddGeneratedPassword("rabbitmq-password")).WithDataVolume("imagesearch-rabbitmq");
        _connections[Database] = Given(builder, Database)
            ?? builder.AddMongoDB("mongo", builder.AddGeneratedPassword("mongo-password")).WithDataVolume("imagesearch-mongo").AddDatabase(Database, "imagesearch");
        if (Given(builder, Blobs) is { } blobs)
        {
            _connections[Blobs] = blobs;
        }
    }

    private static IResourceBuilder<IResourceWithConnectionString>? Given(IDistributedApplicationBuilder builder, string name) =>
        string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(name)) ? null : builder.AddConnectionString(name);
}
