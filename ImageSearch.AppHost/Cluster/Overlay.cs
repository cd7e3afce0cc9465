using k8s;
using k8s.Models;

namespace ImageSearch.AppHost.Cluster;

/// <summary>
/// What a cluster needs beside what Aspirate makes of the manifest, as Kustomize's overlay over that: Aspirate writes one pod of each,
/// without probes, limits or policies, and keeps passwords in ConfigMaps.
/// </summary>
internal sealed class Overlay(Topology topology, References references)
{
    /// <summary>Of every service; .NET's images have it.</summary>
    public const int Port = 8080;

    public const string Name = "imagesearch";

    private const string Web = "web";
    private const string SecretFile = "secrets.env";

    private readonly Workload[] _workloads = [.. Workload.Of(topology)];

    /// <summary>Servers of the manifest that somebody else runs.</summary>
    public static IReadOnlySet<string> Elsewhere(Topology topology) =>
        new (string Name, int Count)[] { ("rabbitmq", topology.RabbitMqNodes), ("mongo", topology.MongoDbMembers) }
            .Where(server => server.Count == 0).Select(server => server.Name).ToHashSet();

    /// <returns>The files by their names, and what is in each.</returns>
    public IEnumerable<(string File, IReadOnlyList<object> Objects)> Files()
    {
        // One patch each: Kustomize panics at a file with several that delete.
        var deleted = Elsewhere(topology).SelectMany(name => new[]
        {
            Deleted("apps/v1", V1StatefulSet.KubeKind, name),
            Deleted("v1", V1Service.KubeKind, name),
            Deleted("v1", V1ConfigMap.KubeKind, $"{name}-env"),
        });
        yield return ("kustomization.yaml",
        [
            new Dictionary<string, object>
            {
                ["apiVersion"] = "kustomize.config.k8s.io/v1beta1",
                ["kind"] = "Kustomization",
                ["namespace"] = Name,
                ["resources"] = topology.Prometheus ? (string[])["../base", "../monitoring", "objects.yaml"] : ["../base", "objects.yaml"],
                ["configMapGenerator"] = topology.Prometheus
                    ? new Dictionary<string, object>[]
                    {
                        new() { ["name"] = PrometheusPod.Name, ["files"] = Prometheus().Select(file => file.File).ToArray() },
                    }
                    : [],
                ["secretGenerator"] = new[] { new Dictionary<string, object> { ["name"] = Name, ["envs"] = new[] { SecretFile } } },
                ["patches"] = _workloads.Select(workload => new Dictionary<string, object> { ["path"] = $"patches/{workload.Name}.yaml" })
                    .Concat(deleted.Select(one => new Dictionary<string, object> { ["patch"] = KubernetesYaml.Serialize(one) }))
                    // What scales by load has no number here, or each deployment would set it back.
                    .Concat(_workloads.Where(workload => workload.Pods.IsRange).Select(workload => new Dictionary<string, object>
                    {
                        ["target"] = new Dictionary<string, object> { ["kind"] = V1Deployment.KubeKind, ["name"] = workload.Name },
                        ["patch"] = "- op: remove\n  path: /spec/replicas\n",
                    })).ToArray(),
            },
        ]);
        yield return ("objects.yaml",
        [
            NameSpace(), .. _workloads.SelectMany(Own), Ingress(),
            .. topology.Prometheus ? PrometheusPod.Objects(topology, [.. _workloads.Select(workload => workload.Name)]) : [],
        ]);
        foreach (var workload in _workloads)
        {
            yield return ($"patches/{workload.Name}.yaml", [.. Patches(workload)]);
        }
    }

    /// <summary>Files of Prometheus, which are none of Kubernetes.</summary>
    public IEnumerable<(string File, string Text)> Prometheus() => !topology.Prometheus ? []
        : PrometheusPod.Files(topology, _workloads).Select(file => ($"{PrometheusPod.Folder}/{file.File}", $"{file.Text.TrimEnd()}\n"));

    /// <summary>The names in the file of secrets, which whoever deploys writes.</summary>
    public IEnumerable<string> Secrets() =>
    [
        .. _workloads.SelectMany(workload => references.SecretsOf(workload.Name).Secrets).Distinct(),
        .. topology is { Prometheus: true, RequireKey: "all" } ? (string[])[PrometheusPod.Key] : [],
    ];

    private static Dictionary<string, object> Deleted(string version, string kind, string name) => new()
    {
        ["apiVersion"] = version,
        ["kind"] = kind,
        ["metadata"] = new Dictionary<string, object> { ["name"] = name },
        ["$patch"] = "delete",
    };

    // Pods that would be root, or could become it, are refused.
    private static V1Namespace NameSpace() => new()
    {
        ApiVersion = "v1",
        Kind = V1Namespace.KubeKind,
        Metadata = new() { Name = Name, Labels = new Dictionary<string, string> { ["pod-security.kubernetes.io/enforce"] = "restricted" } },
    };

    private IEnumerable<object> Own(Workload workload)
    {
        var metadata = new V1ObjectMeta { Name = workload.Name };
        yield return Policy(workload);
        if (workload.Pods.Least > 1)
        {
            yield return new V1PodDisruptionBudget
            {
                ApiVersion = "policy/v1",
                Kind = V1PodDisruptionBudget.KubeKind,
                Metadata = metadata,
                Spec = new() { MaxUnavailable = 1, Selector = Pods(workload.Name) },
            };
        }

        if (workload.Pods.IsRange)
        {
            yield return new V2HorizontalPodAutoscaler
            {
                ApiVersion = "autoscaling/v2",
                Kind = V2HorizontalPodAutoscaler.KubeKind,
                Metadata = metadata,
                Spec = new()
                {
                    ScaleTargetRef = new() { ApiVersion = "apps/v1", Kind = V1Deployment.KubeKind, Name = workload.Name },
                    MinReplicas = workload.Pods.Least,
                    MaxReplicas = workload.Pods.Most,
                    // Of what is asked for. Extractors with work take all that they may have, twice as much.
                    Metrics =
                    [
                        new()
                        {
                            Type = "Resource",
                            Resource = new() { Name = "cpu", Target = new() { Type = "Utilization", AverageUtilization = 70 } },
                        },
                    ],
                },
            };
        }
    }

    private V1NetworkPolicy Policy(Workload workload)
    {
        string[] names = [.. _workloads.Select(one => one.Name)];
        string[] callers = [.. names.Where(name => references.CallsOf(name).Contains(workload.Name))];
        string[] called = [.. references.CallsOf(workload.Name).Intersect(names)];
        var anywhere = references.CallsElsewhere(workload.Name) || (workload.Downloads && topology.AllowPrivateAddresses);
        string[]? inside = anywhere ? null : ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"];
        string[]? inside6 = anywhere ? null : ["fc00::/7", "fe80::/10"];
        return new()
        {
            ApiVersion = "networking.k8s.io/v1",
            Kind = V1NetworkPolicy.KubeKind,
            Metadata = new() { Name = workload.Name },
            Spec = new()
            {
                PodSelector = Pods(workload.Name),
                PolicyTypes = ["Ingress", "Egress"],
                Ingress = workload.Name == Web
                    ? [new() { Ports = [new() { Port = Port }] }]
                    :
                    [
                        new() { FromProperty = [Peer(callers)] },
                        // Prometheus: this one, or one in the namespace of this name.
                        .. PrometheusPod.PortOf(workload.Name) is { } port
                            ? new[]
                            {
                                new V1NetworkPolicyIngressRule
                                {
                                    FromProperty =
                                        [NameSpaced("monitoring"), .. topology.Prometheus ? [Peer([PrometheusPod.Name])] : (V1NetworkPolicyPeer[])[]],
                                    Ports = [new() { Port = port }],
                                },
                            }
                            : [],
                    ],
                Egress =
                [
                    NameServers(),
                    .. called.Length > 0 ? (V1NetworkPolicyEgressRule[])[new() { To = [Peer(called)] }] : [],
                    .. anywhere || workload.Downloads
                        ? (V1NetworkPolicyEgressRule[])
                        [
                            new()
                            {
                                To =
                                [
                                    new() { IpBlock = new() { Cidr = "0.0.0.0/0", Except = inside } },
                                    new() { IpBlock = new() { Cidr = "::/0", Except = inside6 } },
                                ],
                            },
                        ]
                        : [],
                ],
            },
        };
    }

    // Distributions have the name servers in namespaces of their own, some on port 5353, and some have a cache on each node.
    public static V1NetworkPolicyEgressRule NameServers() => new()
    {
        To = [new() { NamespaceSelector = new() }, new() { IpBlock = new() { Cidr = "169.254.0.0/16" } }],
        Ports =
        [
            new() { Port = 53, Protocol = "UDP" }, new() { Port = 53, Protocol = "TCP" },
            new() { Port = 5353, Protocol = "UDP" }, new() { Port = 5353, Protocol = "TCP" },
        ],
    };

    private V1Ingress Ingress() => new()
    {
        ApiVersion = "networking.k8s.io/v1",
        Kind = V1Ingress.KubeKind,
        Metadata = new()
        {
            Name = Web,
            // Web has limits of its own, and streams of events that last ten minutes.
            Annotations = new Dictionary<string, string>
            {
                ["nginx.ingress.kubernetes.io/proxy-body-size"] = "0",
                ["nginx.ingress.kubernetes.io/proxy-buffering"] = "off",
                ["nginx.ingress.kubernetes.io/proxy-read-timeout"] = "660",
                ["nginx.ingress.kubernetes.io/proxy-request-buffering"] = "off",
            },
        },
        Spec = new()
        {
            Tls = [new() { Hosts = [topology.Host], SecretName = $"{Name}-tls" }],
            Rules =
            [
                new()
                {
                    Host = topology.Host,
                    Http = new()
                    {
                        Paths =
                        [
                            new()
                            {
                                Path = "/",
                                PathType = "Prefix",
                                Backend = new() { Service = new() { Name = Web, Port = new() { Number = Port } } },
                            },
                        ],
                    },
                },
            ],
        },
    };

    private IEnumerable<object> Patches(Workload workload)
    {
        var (secrets, variables) = references.SecretsOf(workload.Name);
        var container = Container(workload, secrets, variables);
        yield return workload.Disk is { } disk ? Server(workload, disk, container) : Service(workload, container);
        if (workload.IsService && workload.Name != Web)
        {
            // Its name has the addresses of all pods, and web chooses among them.
            yield return new V1Service
            {
                ApiVersion = "v1",
                Kind = V1Service.KubeKind,
                Metadata = new() { Name = workload.Name },
                Spec = new() { ClusterIP = "None" },
            };
        }

        yield return new Dictionary<string, object>
        {
            ["apiVersion"] = "v1",
            ["kind"] = V1ConfigMap.KubeKind,
            ["metadata"] = new Dictionary<string, object> { ["name"] = $"{workload.Name}-env" },
            // Secrets are taken out: null deletes.
            ["data"] = variables.Select(variable => KeyValuePair.Create(variable.Name, (string?)null))
                .Concat(workload.Settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).ToDictionary(),
        };
    }

    private V1Deployment Service(Workload workload, V1Container container)
    {
        container.SecurityContext.ReadOnlyRootFilesystem = true;
        container.StartupProbe = Probe("/alive", period: 2, failures: 90);
        container.ReadinessProbe = Probe("/health", period: 5, failures: 3);
        container.LivenessProbe = Probe("/alive", period: 10, failures: 6);
        // Callers look addresses up every 5 s; until then it goes on answering.
        container.Lifecycle = new() { PreStop = new() { Sleep = new() { Seconds = 10 } } };
        container.VolumeMounts = [new() { Name = "data", MountPath = "/data" }, new() { Name = "tmp", MountPath = "/tmp" }];
        var pod = Pod(workload, container);
        pod.Spec.Volumes = [new() { Name = "data", EmptyDir = new() }, new() { Name = "tmp", EmptyDir = new() }];
        return new()
        {
            ApiVersion = "apps/v1",
            Kind = V1Deployment.KubeKind,
            Metadata = new() { Name = workload.Name },
            Spec = new()
            {
                MinReadySeconds = 5,
                // A new index reads everything before it is ready.
                ProgressDeadlineSeconds = 3600,
                Replicas = workload.Pods.Least,
                Strategy = new() { Type = "RollingUpdate", RollingUpdate = new() { MaxSurge = 1, MaxUnavailable = 0 } },
                Template = pod,
            },
        };
    }

    private V1StatefulSet Server(Workload workload, (string Volume, long GiB) disk, V1Container container)
    {
        var port = workload.Name switch { "rabbitmq" => 5672, "mongo" => 27017, _ => 9000 };
        container.StartupProbe = new() { TcpSocket = new() { Port = port }, PeriodSeconds = 5, FailureThreshold = 60 };
        container.ReadinessProbe = new() { TcpSocket = new() { Port = port }, PeriodSeconds = 5 };
        container.LivenessProbe = new() { TcpSocket = new() { Port = port }, PeriodSeconds = 10, FailureThreshold = 6 };
        return new()
        {
            ApiVersion = "apps/v1",
            Kind = V1StatefulSet.KubeKind,
            Metadata = new() { Name = workload.Name },
            Spec = new()
            {
                Replicas = workload.Pods.Least,
                Template = Pod(workload, container),
                VolumeClaimTemplates = [Claim(disk.Volume, disk.GiB)],
            },
        };
    }

    private V1PodTemplateSpec Pod(Workload workload, V1Container container) => new()
    {
        Metadata = new()
        {
            // Aspirate's ConfigMaps keep their names; without this a changed setting would start no pod anew.
            Annotations = new Dictionary<string, string> { [$"{Name}/settings"] = references.VersionOf(workload.Name) }
                .Concat(workload.IsService && workload.Name != Web
                    ? [new("prometheus.io/scrape", "true"), new("prometheus.io/port", $"{Port}"), new("prometheus.io/path", "/metrics")]
                    : Array.Empty<KeyValuePair<string, string>>()).ToDictionary(),
        },
        Spec = new()
        {
            AutomountServiceAccountToken = false,
            // Variables such as RABBITMQ_PORT would be taken for settings.
            EnableServiceLinks = false,
            SecurityContext = Unprivileged(workload.User),
            TopologySpreadConstraints = [Spread("topology.kubernetes.io/zone", workload), Spread("kubernetes.io/hostname", workload)],
            Containers = [container],
        },
    };

    private static V1Container Container(Workload workload, IReadOnlyList<string> secrets, IEnumerable<(string Name, string Value)> variables)
    {
        var known = secrets.Select(secret => new V1EnvVar
        {
            Name = References.VariableOf(secret),
            ValueFrom = new() { SecretKeyRef = new() { Name = Name, Key = secret } },
        });
        var made = variables.Select(variable => new V1EnvVar { Name = variable.Name, Value = variable.Value });
        return new()
        {
            Name = workload.Name,
            Env = [.. known, .. made],
            Resources = new()
            {
                Requests = Quantities(("cpu", Cpu(workload.Cpu.Least)), ("memory", $"{workload.MemoryMiB}Mi")),
                Limits = Quantities(("cpu", Cpu(workload.Cpu.Most)), ("memory", $"{workload.MemoryMiB}Mi")),
            },
            SecurityContext = new() { AllowPrivilegeEscalation = false, Capabilities = new() { Drop = ["ALL"] } },
        };
    }

    public static V1PodSecurityContext Unprivileged(int user) => new()
    {
        RunAsNonRoot = true,
        RunAsUser = user,
        RunAsGroup = user,
        FsGroup = user,
        FsGroupChangePolicy = "OnRootMismatch",
        SeccompProfile = new() { Type = "RuntimeDefault" },
    };

    public static V1PersistentVolumeClaim Claim(string name, long size) => new()
    {
        Metadata = new() { Name = name },
        Spec = new() { AccessModes = ["ReadWriteOnce"], Resources = new() { Requests = Quantities(("storage", $"{size}Gi")) } },
    };

    private static string Cpu(double cores) => $"{cores * 1000}m";

    public static Dictionary<string, ResourceQuantity> Quantities(params (string Name, string Quantity)[] all) =>
        all.ToDictionary(one => one.Name, one => new ResourceQuantity(one.Quantity));

    private static V1Probe Probe(string path, int period, int failures) =>
        new() { HttpGet = new() { Path = path, Port = Port }, PeriodSeconds = period, TimeoutSeconds = 5, FailureThreshold = failures };

    private static V1TopologySpreadConstraint Spread(string key, Workload workload) =>
        new() { MaxSkew = 1, TopologyKey = key, WhenUnsatisfiable = "ScheduleAnyway", LabelSelector = Pods(workload.Name) };

    public static V1LabelSelector Pods(string app) => new() { MatchLabels = new Dictionary<string, string> { ["app"] = app } };

    public static V1NetworkPolicyPeer Peer(string[] apps) =>
        new() { PodSelector = new() { MatchExpressions = [new() { Key = "app", OperatorProperty = "In", Values = apps }] } };

    public static V1NetworkPolicyPeer NameSpaced(string name) =>
        new() { NamespaceSelector = new() { MatchLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = name } } };
}
