namespace ImageSearch.AppHost.Monitoring;

/// <summary>Prometheus as a process of this machine, which reads every service and follows the rules of deploy/monitoring.</summary>
internal sealed class PrometheusProcess(string name, string command, string directory) : ExecutableResource(name, command, directory)
{
    public const string ResourceName = "prometheus";

    private const int ScrapeSeconds = 5;
    private const string KeyFile = "key";

    /// <param name="builder">Of the AppHost.</param>
    /// <param name="options">Where data lies, and whether metrics take a key.</param>
    /// <param name="services">Everything that has metrics, by the kind that it is of.</param>
    /// <exception cref="DistributedApplicationException">It is not installed.</exception>
    public static void Add(
        IDistributedApplicationBuilder builder, AppHostOptions options,
        IReadOnlyList<(string Kind, string Name, IReadOnlyList<IResourceBuilder<ProjectResource>> Replicas)> services)
    {
        var program = ServerPrograms.OnPath("prometheus") ?? throw new DistributedApplicationException(
            "--prometheus needs Prometheus on the PATH (Debian, Ubuntu: apt-get install prometheus). Nothing was started.");
        var directory = Path.Combine(options.DataDirectory, ResourceName);
        var prometheus = builder.AddResource(new PrometheusProcess(ResourceName, program, directory)).WithHttpEndpoint(isProxied: false);
        var port = prometheus.GetEndpoint("http").Property(EndpointProperty.TargetPort);
        prometheus
            .WithArgs(
                $"--config.file={Path.Combine(directory, PrometheusFiles.Configuration)}",
                $"--storage.tsdb.path={Path.Combine(directory, "series")}", "--log.level=warn",
                ReferenceExpression.Create($"--web.listen-address=127.0.0.1:{port}"))
            .WithHttpHealthCheck("/-/ready")
            .WithRestarts();
        builder.Eventing.Subscribe<BeforeResourceStartedEvent>(prometheus.Resource, async (_, stop) =>
        {
            Directory.CreateDirectory(directory);
            var targets = new List<ScrapeTarget>();
            foreach (var (kind, service, replicas) in services)
            {
                var addresses = await Task.WhenAll(replicas.Select(async replica =>
                    new Uri((await replica.GetEndpoint("http").GetValueAsync(stop))!).Authority));
                targets.Add(new(kind, service, addresses));
            }

            var hasKey = options.RequireKey == "all";
            if (hasKey)
            {
                SecretFile.Write(Path.Combine(directory, KeyFile), builder.Configuration[$"Parameters:{AppHostOptions.AdminKey}"]);
            }

            await File.WriteAllTextAsync(Path.Combine(directory, PrometheusFiles.TopologyRules), PrometheusFiles.Rules(targets), stop);
            var rules = Path.GetFullPath("../deploy/monitoring/rules.yml", builder.AppHostDirectory);
            await File.WriteAllTextAsync(
                Path.Combine(directory, PrometheusFiles.Configuration),
                PrometheusFiles.Configure(targets, ScrapeSeconds, [rules, PrometheusFiles.TopologyRules], hasKey ? KeyFile : null), stop);
        });
    }
}
