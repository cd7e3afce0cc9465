namespace Aspire.Hosting.ApplicationModel;

public class ConnectionStringReference(IResourceWithConnectionString resource, bool optional) : IManifestExpressionProvider, IValueProvider
{
    public IResourceWithConnectionString Resource { get; } = resource;

    public bool Optional { get; } = optional;

    string IManifestExpressionProvider.ValueExpression => ((IManifestExpressionProvider)Resource).ValueExpression;

    async ValueTask<string?> IValueProvider.GetValueAsync(CancellationToken cancellationToken)
    {
        var value = await Resource.GetConnectionStringAsync(cancellationToken).ConfigureAwait(false);
        return string.IsNullOrEmpty(value) && !Optional
            ? throw new DistributedApplicationException($"The connection string for the resource '{Resource.Name}' is not available.")
            : value;
    }
}
