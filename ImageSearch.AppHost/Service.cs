using System.Globalization;
using System.Reflection;

namespace ImageSearch.AppHost;

/// <summary>
/// A service that others call one replica at a time. In run mode each replica is a resource of its own with its own port, so that callers
/// can tell them apart. The manifest has one resource: the cluster decides how many pods it has.
/// </summary>
internal sealed record Service(string Name, IReadOnlyList<IResourceBuilder<ProjectResource>> Replicas)
{
    private const string Endpoint = "http";

    public static Service Add<TProject>(
        IDistributedApplicationBuilder builder, string name, int replicas, Action<IResourceBuilder<ProjectResource>> configure)
        where TProject : IProjectMetadata, new()
    {
        var run = builder.ExecutionContext.IsRunMode;
        return new Service(name, [.. Enumerable.Range(0, run ? replicas : 1).Select(i =>
        {
            var replica = builder.AddBuilt<TProject>(i == 0 ? name : Text($"{name}-r{i}"))
                .WithHttpEndpoint(name: Endpoint, isProxied: !run)
                .WithHttpHealthCheck("/health")
                .WithRestarts();
            configure(replica);
            return replica;
        })]);
    }

    /// <summary>Tells a caller where every replica is: <c>services__NAME__http__N</c>.</summary>
    public void AddTo(IResourceBuilder<ProjectResource> caller)
    {
        caller.WithReference(Replicas[0]);
        for (var i = 1; i < Replicas.Count; i++)
        {
            caller.WithEnvironment(
                Text($"services__{Name}__{Endpoint}__{i}"), Replicas[i].GetEndpoint(Endpoint)).WithReferenceRelationship(Replicas[i]);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

internal static class BuiltProjects
{
    /// <summary>
    /// A service that was built along with the AppHost, in the same configuration. Aspire would start it by <c>dotnet run</c>, which costs
    /// each process a second of a core before the service begins; its assembly is started instead.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AddBuilt<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = builder.AddProject<Built<TProject>>(name, launchProfileName: null);
        var path = new TProject().ProjectPath;
        var configuration = typeof(BuiltProjects).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var framework = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var assembly = Path.Combine(
            Path.GetDirectoryName(path)!, "bin", configuration, framework, $"{Path.GetFileNameWithoutExtension(path)}.dll");
        // Aspire appends what "dotnet run" would take, the project and --configuration: a service reads neither.
        return builder.ExecutionContext.IsRunMode && File.Exists(assembly)
            ? project.WithAnnotation(new ProjectLaunchArgsOverrideAnnotation(["exec", assembly]))
            : project;
    }

    private sealed class Built<TProject> : IProjectMetadata where TProject : IProjectMetadata, new()
    {
        public string ProjectPath { get; } = new TProject().ProjectPath;

        // Should Aspire start it by "dotnet run" after all, that need not look whether it is up to date.
        public bool SuppressBuild => true;
    }
}
