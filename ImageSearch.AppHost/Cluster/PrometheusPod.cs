using ImageSearch.AppHost.Monitoring;
using k8s.Models;

namespace ImageSearch.AppHost.Cluster;

/// <summary>Prometheus in a cluster. It finds pods by the names of headless services, so it needs no rights in the cluster.</summary>
internal static class PrometheusPod
{
    public const string Name = "prometheus";

    /// <summary>Of the file of secrets: a key that web's metrics take.</summary>
    public const string Key = "prometheus-key";

    /// <summary>Configuration that follows from the topology; the other rules are those of deploy/monitoring.</summary>
    public const string Folder = "prometheus";

    private const string Image = "prom/prometheus:v3.5.0";
    private const string WebPods = "web-pods";
    private const string CertManager = "cert-manager";
    private const int Port = 9090;
    private const int ScrapeSeconds = 15;
    private const int User = 65534;

    /// <summary>The port on which Prometheus reads a workload; null where there is nothing to read.</summary>
    public static int? PortOf(string workload) => workload switch { "mongo" => null, "rabbitmq" => 15692, "s3" => 9000, _ => Overlay.Port };

    public static IReadOnlyList<ScrapeTarget> Targets(IEnumerable<Workload> workloads) =>
    [
        .. from workload in workloads
           let port = PortOf(workload.Name)
           where port is not null
           select new ScrapeTarget(JobOf(workload.Name), workload.Name)
           {
               Port = port.Value,
               Name = workload.Name == "web" ? WebPods : null,
               Path = workload.Name == "s3" ? "/minio/v2/metrics/cluster" : "/metrics",
           },
        // It says when certificates end, where it makes them.
        new(CertManager, CertManager) { Port = 9402, Name = $"{CertManager}.{CertManager}.svc" },
    ];

    /// <summary>Its files, by their names.</summary>
    public static IEnumerable<(string File, string Text)> Files(Topology topology, IEnumerable<Workload> workloads)
    {
        var targets = Targets(workloads);
        var key = topology.RequireKey == "all" ? $"/etc/imagesearch/key/{Key}" : null;
        string[] rules = ["/etc/imagesearch/config/topology.yml", "/etc/imagesearch/rules/rules.yml"];
        yield return (PrometheusFiles.Configuration, PrometheusFiles.Configure(targets, ScrapeSeconds, rules, key));
        yield return (PrometheusFiles.TopologyRules, PrometheusFiles.Rules(targets));
    }

    public static IEnumerable<object> Objects(Topology topology, string[] workloads)
    {
        yield return Headless(WebPods, "web", Overlay.Port);
        yield return Headless(Name, Name, Port);
        yield return new V1NetworkPolicy
        {
            ApiVersion = "networking.k8s.io/v1",
            Kind = V1NetworkPolicy.KubeKind,
            Metadata = new() { Name = Name },
            Spec = new()
            {
                PodSelector = Overlay.Pods(Name),
                PolicyTypes = ["Ingress", "Egress"],
                Ingress = [new() { FromProperty = [Overlay.NameSpaced("monitoring")], Ports = [new() { Port = Port }] }],
                Egress =
                [
                    Overlay.NameServers(),
                    new() { To = [Overlay.Peer([.. workloads.Where(name => PortOf(name) is not null)])] },
                    new() { To = [Overlay.NameSpaced(CertManager)], Ports = [new() { Port = 9402 }] },
                ],
            },
        };
        yield return StatefulSet(topology);
    }

    private static V1Service Headless(string name, string app, int port) => new()
    {
        ApiVersion = "v1",
        Kind = V1Service.KubeKind,
        Metadata = new() { Name = name },
        Spec = new() { ClusterIP = "None", Selector = Overlay.Pods(app).MatchLabels, Ports = [new() { Name = "http", Port = port }] },
    };

    private static V1StatefulSet StatefulSet(Topology topology)
    {
        var key = topology.RequireKey == "all";
        var container = new V1Container
        {
            Name = Name,
            Image = Image,
            Args =
            [
                "--config.file=/etc/imagesearch/config/prometheus.yml", "--storage.tsdb.path=/prometheus",
                "--storage.tsdb.retention.time=30d",
            ],
            Ports = [new() { Name = "http", ContainerPort = Port }],
            VolumeMounts =
            [
                new() { Name = "imagesearch-prometheus", MountPath = "/prometheus" },
                new() { Name = "config", MountPath = "/etc/imagesearch/config" },
                new() { Name = "rules", MountPath = "/etc/imagesearch/rules" },
                .. key ? (V1VolumeMount[])[new() { Name = "key", MountPath = "/etc/imagesearch/key" }] : [],
            ],
            ReadinessProbe = new() { HttpGet = new() { Path = "/-/ready", Port = Port }, PeriodSeconds = 5 },
            LivenessProbe = new() { HttpGet = new() { Path = "/-/healthy", Port = Port }, PeriodSeconds = 10, FailureThreshold = 6 },
            // Reading its journal again can take minutes.
            StartupProbe = new() { HttpGet = new() { Path = "/-/ready", Port = Port }, PeriodSeconds = 5, FailureThreshold = 120 },
            Resources = new()
            {
                Requests = Overlay.Quantities(("cpu", "100m"), ("memory", "1Gi")),
                Limits = Overlay.Quantities(("cpu", "1"), ("memory", "1Gi")),
            },
            SecurityContext = new()
            {
                AllowPrivilegeEscalation = false,
                ReadOnlyRootFilesystem = true,
                Capabilities = new() { Drop = ["ALL"] },
            },
        };
        return new()
        {
            ApiVersion = "apps/v1",
            Kind = V1StatefulSet.KubeKind,
            Metadata = new() { Name = Name },
            Spec = new()
            {
                Replicas = 1,
                ServiceName = Name,
                Selector = Overlay.Pods(Name),
                Template = new()
                {
                    Metadata = new() { Labels = Overlay.Pods(Name).MatchLabels },
                    Spec = new()
                    {
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        SecurityContext = Overlay.Unprivileged(User),
                        Containers = [container],
                        Volumes =
                        [
                            new() { Name = "config", ConfigMap = new() { Name = Name } },
                            new() { Name = "rules", ConfigMap = new() { Name = $"{Name}-rules" } },
                            .. key ? (V1Volume[])[KeyVolume()] : [],
                        ],
                    },
                },
                VolumeClaimTemplates = [Overlay.Claim("imagesearch-prometheus", 10)],
            },
        };
    }

    private static V1Volume KeyVolume() =>
        new() { Name = "key", Secret = new() { SecretName = Overlay.Name, Items = [new() { Key = Key, Path = Key }] } };

    private static string JobOf(string workload) => workload.Split('-')[0];
}
