// Stands in for the package Aspire.Hosting.MongoDB, which the project's feed does not serve: same names, and no more than the AppHost uses.
// Delete this file and reference the package to take it.
#pragma warning disable IDE0130 // the package's own namespaces
namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A MongoDB server in a container.</summary>
    internal sealed class MongoDBServerResource(string name, ParameterResource password)
        : ContainerResource(name), IResourceWithConnectionString
    {
        internal const string PrimaryEndpointName = "tcp";
        internal const string UserName = "admin";

        public EndpointReference PrimaryEndpoint => new(this, PrimaryEndpointName);

        public ParameterResource PasswordParameter => password;

        public ReferenceExpression ConnectionStringExpression => ConnectionString("");

        internal ReferenceExpression ConnectionString(string database) => ReferenceExpression.Create(
            $"mongodb://{UserName}:{PasswordParameter}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}/{database}?authSource=admin");
    }

    /// <summary>A database of a <see cref="MongoDBServerResource"/>.</summary>
    internal sealed class MongoDBDatabaseResource(string name, string databaseName, MongoDBServerResource parent)
        : Resource(name), IResourceWithParent<MongoDBServerResource>, IResourceWithConnectionString
    {
        public string DatabaseName => databaseName;

        public MongoDBServerResource Parent => parent;

        public ReferenceExpression ConnectionStringExpression => Parent.ConnectionString(DatabaseName);
    }
}

namespace Aspire.Hosting
{
    internal static class MongoDBBuilderExtensions
    {
        public static IResourceBuilder<MongoDBServerResource> AddMongoDB(
            this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> password)
        {
            var server = new MongoDBServerResource(name, password.Resource);
            return builder.AddResource(server)
                .WithEndpoint(targetPort: 27017, name: MongoDBServerResource.PrimaryEndpointName)
                .WithImage("mongo", "8.0.17")
                .WithEnvironment("MONGO_INITDB_ROOT_USERNAME", MongoDBServerResource.UserName)
                .WithEnvironment("MONGO_INITDB_ROOT_PASSWORD", password);
        }

        public static IResourceBuilder<MongoDBDatabaseResource> AddDatabase(
            this IResourceBuilder<MongoDBServerResource> builder, string name, string databaseName) =>
            builder.ApplicationBuilder.AddResource(new MongoDBDatabaseResource(name, databaseName, builder.Resource));

        public static IResourceBuilder<MongoDBServerResource> WithDataVolume(
            this IResourceBuilder<MongoDBServerResource> builder, string name) =>
            builder.WithVolume(name, "/data/db");
    }
}
