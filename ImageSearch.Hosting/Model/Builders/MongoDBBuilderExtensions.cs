using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class MongoDBBuilderExtensions
{
    private const string Image = "library/mongo";
    private const string Tag = "8.2";

    public static IResourceBuilder<MongoDBServerResource> AddMongoDB(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        int? port = null,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null)
    {
        var secret = password?.Resource ?? builder.AddGeneratedPassword($"{name}-password");
        var server = new MongoDBServerResource(name, userName?.Resource, secret);
        return builder.AddResource(server).WithServer(Image, Tag, port, targetPort: 27017).WithEnvironment(context =>
        {
            context.EnvironmentVariables["MONGO_INITDB_ROOT_USERNAME"] = server.UserName;
            context.EnvironmentVariables["MONGO_INITDB_ROOT_PASSWORD"] = secret;
        });
    }

    public static IResourceBuilder<MongoDBDatabaseResource> AddDatabase(
        this IResourceBuilder<MongoDBServerResource> builder, [ResourceName] string name, string? databaseName = null)
    {
        builder.Resource.Databases.Add(name);
        return builder.ApplicationBuilder.AddResource(new MongoDBDatabaseResource(name, databaseName ?? name, builder.Resource));
    }

    public static IResourceBuilder<MongoDBServerResource> WithDataVolume(
        this IResourceBuilder<MongoDBServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithVolume(name ?? $"{builder.Resource.Name}-data", "/data/db", isReadOnly);
}
