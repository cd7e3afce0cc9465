using System.Globalization;

namespace ImageSearch.AppHost;

/// <summary>
/// A service that others call one replica at a time. In run mode each replica is a resource of its own with its own port, so that callers can
/// tell them apart. The manifest has one resource: the cluster decides how many pods it has.
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
            var replica = builder.AddProject<Built<TProject>>(i == 0 ? name : Text($"{name}-r{i}"), launchProfileName: null)
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
            caller.WithEnvironment(Text($"services__{Name}__{Endpoint}__{i}"), Replicas[i].GetEndpoint(Endpoint)).WithReferenceRelationship(Replicas[i]);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// A service that was built along with the AppHost. Aspire starts it by <c>dotnet run</c>, which then need not look whether it is up to date:
/// that costs each process seconds of a core.
/// </summary>
internal sealed class Built<TProject> : IProjectMetadata where TProject : IProjectMetadata, new()
{
    public string ProjectPath { get; } = new TProject().ProjectPath;

    public bool SuppressBuild => true;
}
