using k8s;

namespace ImageSearch.AppHost.Monitoring;

/// <summary>What Prometheus reads.</summary>
/// <param name="Job"><c>web</c>, <c>ingest</c>, <c>extractor</c> or <c>index</c>; or a server's name.</param>
/// <param name="Service">As the manifest calls it; in a cluster the name whose addresses are those of its pods.</param>
/// <param name="Addresses">Host and port of each replica; empty in a cluster.</param>
internal sealed record ScrapeTarget(string Job, string Service, params string[] Addresses)
{
    /// <summary>In a cluster the port of every pod.</summary>
    public int Port { get; init; } = Cluster.Overlay.Port;

    /// <summary>In a cluster the name that is looked up, where it is not the service's.</summary>
    public string? Name { get; init; }

    public string Path { get; init; } = "/metrics";

    /// <summary>One of ours, without which something is missing.</summary>
    public bool IsService => Path == "/metrics" && Port == Cluster.Overlay.Port;
}

/// <summary>Prometheus's configuration, and the rules that depend on the topology.</summary>
internal static class PrometheusFiles
{
    public const string Configuration = "prometheus.yml";
    public const string TopologyRules = "topology.yml";

    private static readonly string[] NameLookedUp = ["__meta_dns_name"];

    /// <param name="targets">Of all jobs.</param>
    /// <param name="seconds">Between two scrapes.</param>
    /// <param name="rules">Files of rules.</param>
    /// <param name="keyFile">The file with a key that web's metrics take; null when they take none.</param>
    public static string Configure(IEnumerable<ScrapeTarget> targets, int seconds, string[] rules, string? keyFile)
    {
        var jobs = targets.GroupBy(target => target.Job).Select(job => Job([.. job], job.Key == "web" ? keyFile : null));
        return KubernetesYaml.Serialize(Map(
            ("global", Map(("scrape_interval", $"{seconds}s"), ("evaluation_interval", $"{seconds}s"))),
            ("rule_files", rules),
            ("scrape_configs", jobs.ToArray())));
    }

    /// <summary>A series of each service that there has to be: what is missing has none of its own to be seen by.</summary>
    public static string Rules(IEnumerable<ScrapeTarget> targets) => KubernetesYaml.Serialize(Map(("groups", new[]
    {
        Map(
            ("name", "imagesearch-topology"),
            ("rules", targets.Where(target => target.IsService).Select(target => Map(
                ("record", "imagesearch:service"),
                ("expr", "vector(1)"),
                ("labels", Map(("service", target.Service), ("kind", target.Job))))).ToArray())),
    })));

    private static Dictionary<string, object> Job(ScrapeTarget[] targets, string? keyFile)
    {
        var job = Map(("job_name", targets[0].Job), ("metrics_path", targets[0].Path));
        if (keyFile is not null)
        {
            job["authorization"] = Map(("credentials_file", keyFile));
        }

        if (targets[0].Addresses.Length > 0)
        {
            job["static_configs"] = targets
                .Select(target => Map(("targets", target.Addresses), ("labels", Map(("service", target.Service))))).ToArray();
            return job;
        }

        // A name of a headless service has the addresses of all its pods.
        job["dns_sd_configs"] = targets.Select(target => Map(
            ("names", new[] { target.Name ?? target.Service }), ("type", "A"), ("port", target.Port), ("refresh_interval", "15s")))
            .ToArray();
        job["relabel_configs"] = targets.Select(target => Map(
            ("source_labels", NameLookedUp), ("regex", target.Name ?? target.Service), ("target_label", "service"),
            ("replacement", target.Service))).ToArray();
        return job;
    }

    private static Dictionary<string, object> Map(params (string Name, object Value)[] fields) =>
        fields.ToDictionary(field => field.Name, field => field.Value);
}
