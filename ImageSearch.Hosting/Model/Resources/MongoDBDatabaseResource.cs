namespace Aspire.Hosting.ApplicationModel;

public class MongoDBDatabaseResource(string name, string databaseName, MongoDBServerResource parent)
    : Resource(name), IResourceWithConnectionString, IResourceWithParent
{
    public MongoDBServerResource Parent { get; } = parent;

    IResource IResourceWithParent.Parent => Parent;

    public string DatabaseName { get; } = databaseName;

    public ReferenceExpression ConnectionStringExpression => Parent.ConnectionString(DatabaseName);
}
