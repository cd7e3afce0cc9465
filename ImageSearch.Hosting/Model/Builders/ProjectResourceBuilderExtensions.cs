using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    /// <summary>Launch profiles are not read here: a project that has one gets its HTTP endpoint, on a random port.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name)
        where TProject : IProjectMetadata, new()
    {
        var project = builder.AddProject<TProject>(name, launchProfileName: null);
        return ((IProjectMetadata)new TProject()).HasLaunchProfile() ? project.WithHttpEndpoint() : project;
    }

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string? launchProfileName)
        where TProject : IProjectMetadata, new()
    {
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(new TProject());
        if (!builder.ExecutionContext.IsPublishMode)
        {
            return project;
        }

        // What the real publisher tells every project: listen where the binding says, trust the ingress, send telemetry patiently.
        return project.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES", "true")
            .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES", "true")
            .WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory")
            .WithEnvironment("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true")
            .WithEnvironment(context =>
            {
                var endpoint = context.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.UriScheme == "http");
                if (endpoint is not null)
                {
                    context.EnvironmentVariables["HTTP_PORTS"] =
                        new EndpointReference((IResourceWithEndpoints)context.Resource, endpoint.Name).Property(EndpointProperty.TargetPort);
                }
            });
    }

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replicas);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    private static bool HasLaunchProfile(this IProjectMetadata project) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json"));
}
