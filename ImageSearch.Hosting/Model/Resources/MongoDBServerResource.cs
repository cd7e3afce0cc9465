namespace Aspire.Hosting.ApplicationModel;

public class MongoDBServerResource : ContainerResource, IResourceWithConnectionString
{
    public MongoDBServerResource(string name, ParameterResource? userNameParameter, ParameterResource? passwordParameter)
        : base(name)
    {
        UserNameParameter = userNameParameter;
        PasswordParameter = passwordParameter;
        PrimaryEndpoint = new EndpointReference(this, "tcp");
    }

    public EndpointReference PrimaryEndpoint { get; }

    public ParameterResource? UserNameParameter { get; }

    public ParameterResource? PasswordParameter { get; }

    /// <summary>Names of the resources that are databases of this server.</summary>
    internal List<string> Databases { get; } = [];

    public ReferenceExpression ConnectionStringExpression => ConnectionString(databaseName: "");

    internal ReferenceExpression UserName => UserNameParameter is null
        ? ReferenceExpression.Create($"admin")
        : ReferenceExpression.Create($"{UserNameParameter}");

    internal ReferenceExpression ConnectionString(string databaseName)
    {
        var host = PrimaryEndpoint.Property(EndpointProperty.Host);
        var port = PrimaryEndpoint.Property(EndpointProperty.Port);
        return PasswordParameter is null
            ? ReferenceExpression.Create($"mongodb://{host}:{port}/{databaseName}")
            : ReferenceExpression.Create($"mongodb://{UserName}:{PasswordParameter}@{host}:{port}/{databaseName}?authSource=admin");
    }
}
