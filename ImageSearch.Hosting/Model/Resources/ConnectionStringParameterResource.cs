namespace Aspire.Hosting.ApplicationModel;

/// <summary>A connection string that the operator supplies: <c>ConnectionStrings:name</c> in configuration, a parameter in the manifest.</summary>
internal sealed class ConnectionStringParameterResource(string name, Func<ParameterDefault?, string> callback, string? environmentVariable)
    : ParameterResource(name, callback, secret: true), IResourceWithConnectionString
{
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{(ParameterResource)this}");

    public string? ConnectionStringEnvironmentVariable => environmentVariable;

    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";
}
