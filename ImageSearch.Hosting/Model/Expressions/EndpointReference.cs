namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource; when there are replicas, the values are those of the first.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IManifestExpressionProvider, IValueProvider
{
    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;

    public bool Exists => Find() is not null;

    public bool IsAllocated => Find() is { AllocatedPorts.Count: > 0 };

    public string Scheme => EndpointAnnotation.UriScheme;

    public string Host => AllocatedPort is > 0 ? "localhost" : "";

    public int Port => AllocatedPort;

    public int? TargetPort => EndpointAnnotation.TargetPort;

    public string Url => EndpointAnnotation.UrlOf(AllocatedPort);

    public string ValueExpression => $"{{{Resource.Name}.bindings.{EndpointName}.url}}";

    internal EndpointAnnotation EndpointAnnotation => Find()
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of the resource '{Resource.Name}' does not exist.");

    private int AllocatedPort => EndpointAnnotation.AllocatedPorts is [var port, ..]
        ? port
        : throw new InvalidOperationException(
            $"The endpoint '{EndpointName}' of the resource '{Resource.Name}' has no port yet: the application has not been started.");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Url);

    private EndpointAnnotation? Find() => Resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}
