namespace ImageSearch.AppHost;

/// <summary>The servers as the manifest declares them: plain containers that tools which read manifests understand.</summary>
internal static class PublishedServers
{
    private const string RabbitMqTag = "4.2.9";
    private const string MongoDbTag = "8.0.17";

    // Any S3 server will do; this one is a single container.
    private const string S3Image = "minio/minio";
    private const string S3Tag = "RELEASE.2025-09-07T16-13-09Z";

    /// <summary>
    /// The connection strings are composed here because those that AddRabbitMQ and AddMongoDB publish cannot be used as they stand: the
    /// passwords in them are URI-encoded by an annotated.string, which Aspirate does not resolve, and MongoDB's holds an ampersand, which
    /// Aspirate writes HTML-encoded. The passwords are letters and digits, so nothing needs encoding.
    /// </summary>
    public static void AddPublishedServers(
        this IDistributedApplicationBuilder builder, Dictionary<string, IResourceBuilder<IResourceWithConnectionString>> connections)
    {
        var brokerPassword = builder.AddGeneratedPassword("rabbitmq-password");
        var broker = builder.AddContainer("rabbitmq", "rabbitmq", RabbitMqTag)
            .WithVolume("imagesearch-rabbitmq", "/var/lib/rabbitmq")
            .WithEnvironment("RABBITMQ_DEFAULT_USER", "guest")
            .WithEnvironment("RABBITMQ_DEFAULT_PASS", brokerPassword)
            // The data lies in a folder of the node's name, which would be the pod's.
            .WithEnvironment("RABBITMQ_NODENAME", "rabbit@localhost")
            .WithEndpoint(targetPort: 5672, name: "tcp")
            .GetEndpoint("tcp");
        connections[Backend.Broker] = builder.AddConnectionString("rabbitmq-connection", ReferenceExpression.Create(
            $"amqp://guest:{brokerPassword}@{broker.Property(EndpointProperty.Host)}:{broker.Property(EndpointProperty.Port)}"));

        var databasePassword = builder.AddGeneratedPassword("mongo-password");
        var database = builder.AddContainer("mongo", "mongo", MongoDbTag)
            .WithArgs(MongoDbSet.ContainerArguments)
            .WithVolume("imagesearch-mongo", "/data/db")
            .WithEnvironment("MONGO_INITDB_ROOT_USERNAME", "admin")
            .WithEnvironment("MONGO_INITDB_ROOT_PASSWORD", databasePassword)
            .WithEndpoint(targetPort: 27017, name: "tcp")
            .GetEndpoint("tcp");
        connections[Backend.Database] = builder.AddConnectionString("mongo-connection", ReferenceExpression.Create(
            $"mongodb://admin:{databasePassword}@{database.Property(EndpointProperty.Host)}:{database.Property(EndpointProperty.Port)}/imagesearch?authSource=admin"));

        var blobsPassword = builder.AddGeneratedPassword("s3-password");
        var blobs = builder.AddContainer("s3", S3Image, S3Tag)
            .WithArgs("server", "/data")
            .WithVolume("imagesearch-s3", "/data")
            .WithEnvironment("MINIO_ROOT_USER", "imagesearch")
            .WithEnvironment("MINIO_ROOT_PASSWORD", blobsPassword)
            .WithHttpEndpoint(targetPort: 9000)
            .GetEndpoint("http");
        connections[Backend.Blobs] = builder.AddConnectionString("s3-connection", ReferenceExpression.Create(
            $"Endpoint={blobs.Property(EndpointProperty.Url)};Bucket=imagesearch;AccessKey=imagesearch;SecretKey={blobsPassword};Region=us-east-1"));
    }

    /// <summary>A secret of letters and digits that whoever deploys the manifest has made.</summary>
    public static IResourceBuilder<ParameterResource> AddGeneratedPassword(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);
}
