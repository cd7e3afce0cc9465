namespace ImageSearch.AppHost;

/// <summary>The servers as the manifest declares them: plain containers that tools which read manifests understand.</summary>
internal static class PublishedServers
{
    private const string RabbitMqImage = "rabbitmq:4.2.9";
    private const string MongoDbImage = "mongo:8.0.17";

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
        var broker = builder.AddRabbitMQ("rabbitmq", password: brokerPassword).WithManifestEntry(
            RabbitMqImage, 5672, "imagesearch-rabbitmq", "/var/lib/rabbitmq",
            ("RABBITMQ_DEFAULT_USER", "guest"), ("RABBITMQ_DEFAULT_PASS", "{rabbitmq-password.value}"),
            // The data lies in a folder of the node's name, which would be the pod's.
            ("RABBITMQ_NODENAME", "rabbit@localhost")).GetEndpoint("tcp");
        connections[Backend.Broker] = builder.AddConnectionString("rabbitmq-connection", ReferenceExpression.Create(
            $"amqp://guest:{brokerPassword}@{broker.Property(EndpointProperty.Host)}:{broker.Property(EndpointProperty.Port)}"));

        var databasePassword = builder.AddGeneratedPassword("mongo-password");
        var database = builder.AddMongoDB("mongo", password: databasePassword).WithManifestEntry(
            MongoDbImage, 27017, "imagesearch-mongo", "/data/db",
            ("MONGO_INITDB_ROOT_USERNAME", "admin"), ("MONGO_INITDB_ROOT_PASSWORD", "{mongo-password.value}")).GetEndpoint("tcp");
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
        builder.AddParameter(name, secret: true).WithManifestPublishingCallback(context =>
        {
            var json = context.Writer;
            json.WriteString("type", "parameter.v0");
            json.WriteString("value", $"{{{name}.inputs.value}}");
            json.WriteStartObject("inputs");
            json.WriteStartObject("value");
            json.WriteString("type", "string");
            json.WriteBoolean("secret", true);
            json.WriteStartObject("default");
            json.WriteStartObject("generate");
            json.WriteNumber("minLength", 32);
            json.WriteBoolean("special", false);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });

    private static IResourceBuilder<T> WithManifestEntry<T>(
        this IResourceBuilder<T> server, string image, int port, string volume, string target, params (string Name, string Value)[] environment)
        where T : ContainerResource => server.WithManifestPublishingCallback(context =>
        {
            var json = context.Writer;
            json.WriteString("type", "container.v0");
            json.WriteString("image", image);
            json.WriteStartArray("volumes");
            json.WriteStartObject();
            json.WriteString("name", volume);
            json.WriteString("target", target);
            json.WriteBoolean("readOnly", false);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartObject("env");
            foreach (var (name, value) in environment)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteStartObject("bindings");
            json.WriteStartObject("tcp");
            json.WriteString("scheme", "tcp");
            json.WriteString("protocol", "tcp");
            json.WriteString("transport", "tcp");
            json.WriteNumber("targetPort", port);
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
