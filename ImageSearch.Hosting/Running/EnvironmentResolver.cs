using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace ImageSearch.Hosting.Running;

/// <summary>The environment of one replica: what every project gets, then what the AppHost declares.</summary>
internal sealed class EnvironmentResolver(DistributedApplicationExecutionContext executionContext, Microsoft.Extensions.Hosting.IHostEnvironment host)
{
    public async Task<Dictionary<string, EnvironmentValue>> ResolveAsync(
        IResource resource, int replica, string instanceId, OtlpTarget? telemetry, CancellationToken cancellationToken)
    {
        var resolved = new Dictionary<string, EnvironmentValue>();
        void Set(string name, string value, bool isSecret = false) => resolved[name] = new EnvironmentValue(value, isSecret);

        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToArray();
        if (resource is ProjectResource)
        {
            // What runs is the build's output, not a published site: only in Development does it find its static assets.
            Set("ASPNETCORE_ENVIRONMENT", host.EnvironmentName);
            Set("DOTNET_ENVIRONMENT", host.EnvironmentName);
            var urls = endpoints.Where(e => e.UriScheme == "http").Select(e => e.UrlOf(e.AllocatedPorts[replica])).ToArray();
            if (urls.Length > 0)
            {
                Set("ASPNETCORE_URLS", string.Join(';', urls));
            }
        }

        if (resource is not ContainerResource)
        {
            SetTelemetry(resource, instanceId, telemetry, Set);
        }

        foreach (var endpoint in endpoints.Where(e => e.EnvironmentVariable is not null))
        {
            Set(endpoint.EnvironmentVariable!, endpoint.AllocatedPorts[replica].ToString(CultureInfo.InvariantCulture));
        }

        await AddDeclaredAsync(resource, Set, cancellationToken).ConfigureAwait(false);
        return resolved;
    }

    private static void SetTelemetry(IResource resource, string instanceId, OtlpTarget? telemetry, Action<string, string, bool> set)
    {
        if (telemetry is not null)
        {
            set("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry.Endpoint, false);
            set("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", false);
            set("OTEL_EXPORTER_OTLP_HEADERS", $"x-otlp-api-key={telemetry.ApiKey}", true);

            // A person is looking: show it now rather than in batches of a minute.
            set("OTEL_BLRP_SCHEDULE_DELAY", "1000", false);
            set("OTEL_BSP_SCHEDULE_DELAY", "1000", false);
            set("OTEL_METRIC_EXPORT_INTERVAL", "1000", false);
        }

        set("OTEL_SERVICE_NAME", resource.Name, false);
        set("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={instanceId}", false);
    }

    private async Task AddDeclaredAsync(IResource resource, Action<string, string, bool> set, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        foreach (var (name, value) in context.EnvironmentVariables)
        {
            var text = value is IValueProvider provider
                ? await provider.GetValueAsync(cancellationToken).ConfigureAwait(false)
                : value.ToString();
            if (text is not null)
            {
                set(name, text, HoldsSecret(value));
            }
        }
    }

    private static bool HoldsSecret(object value) => value switch
    {
        ParameterResource parameter => parameter.Secret,
        ReferenceExpression expression => expression.ValueProviders.Any(HoldsSecret),
        ConnectionStringReference reference => HoldsSecret(reference.Resource),
        IResourceWithConnectionString resource => HoldsSecret(resource.ConnectionStringExpression),
        _ => false,
    };
}
