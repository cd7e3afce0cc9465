using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ImageSearch.AppHost.Cluster;
using ImageSearch.Testing;
using k8s;
using k8s.Models;

namespace ImageSearch.AppHost.Tests.Cluster;

/// <summary>
/// The overlay over what Aspirate writes, put together by Kustomize and read as Kubernetes' own types, without unknown fields. The base beside
/// this file is what <c>aspirate generate --disable-secrets</c> makes of the committed manifest.
/// </summary>
public sealed partial class OverlayTests
{
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Projects.ImageSearch_AppHost.ProjectPath, ".."));
    private static readonly Lazy<Task<List<object>>> Rendered = new(() => RenderAsync());
    private static readonly string[] Services = ["extractor-resnet18", "index-resnet18-0", "index-resnet18-1", "ingest", "web"];
    private static readonly string[] Servers = ["mongo", "rabbitmq", "s3"];
    private const string Prometheus = "prometheus";

    [Fact]
    public async Task Objects_AreAllThatAClusterNeeds()
    {
        var objects = await Rendered.Value;

        Assert.Equal(
            [
                "ConfigMap extractor-resnet18-env", "ConfigMap imagesearch-grafana", "ConfigMap index-resnet18-0-env", "ConfigMap index-resnet18-1-env", "ConfigMap ingest-env", "ConfigMap mongo-env",
                "ConfigMap prometheus", "ConfigMap prometheus-rules", "ConfigMap rabbitmq-env", "ConfigMap s3-env", "ConfigMap web-env",
                .. Services.Select(name => $"Deployment {name}"),
                "HorizontalPodAutoscaler extractor-resnet18", "HorizontalPodAutoscaler web", "Ingress web", "Namespace imagesearch",
                .. Services.Concat(Servers).Append(Prometheus).Order().Select(name => $"NetworkPolicy {name}"),
                .. Services.Select(name => $"PodDisruptionBudget {name}"),
                "Secret imagesearch",
                .. Services.Concat(Servers).Append(Prometheus).Append("web-pods").Order().Select(name => $"Service {name}"),
                .. Servers.Append(Prometheus).Order().Select(name => $"StatefulSet {name}"),
            ],
            objects.Cast<IKubernetesObject<V1ObjectMeta>>().Select(one => $"{one.Kind} {HashOf().Replace(one.Metadata.Name, "")}").Order(StringComparer.Ordinal));
        Assert.All(objects.Cast<IKubernetesObject<V1ObjectMeta>>().Where(one => one is not V1Namespace), one => Assert.Equal("imagesearch", one.Metadata.NamespaceProperty));
    }

    [Fact]
    public async Task Services_RollWithoutAGapAndAreProbed()
    {
        foreach (var deployment in (await Rendered.Value).OfType<V1Deployment>())
        {
            var container = Assert.Single(deployment.Spec.Template.Spec.Containers);

            Assert.Equal(("RollingUpdate", "0"), (deployment.Spec.Strategy.Type, deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value));
            Assert.Equal(("/alive", "/health", "/alive"), (container.StartupProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path));
            Assert.All([container.StartupProbe, container.ReadinessProbe, container.LivenessProbe], probe => Assert.Equal("8080", probe.HttpGet.Port.Value));
            Assert.Equal($"{container.Name}-env", Assert.Single(container.EnvFrom).ConfigMapRef.Name);
            Assert.StartsWith("registry.example.org/imagesearch/", container.Image, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Replicas_AreTheTopologys_AndLeftToTheAutoscalerWhereItIsARange()
    {
        var objects = await Rendered.Value;

        Assert.Equal(
            [("extractor-resnet18", null), ("index-resnet18-0", 2), ("index-resnet18-1", 2), ("ingest", 2), ("web", null)],
            objects.OfType<V1Deployment>().Select(one => (one.Metadata.Name, one.Spec.Replicas)).OrderBy(one => one.Name, StringComparer.Ordinal));
        Assert.Equal(
            [("extractor-resnet18", 2, 20), ("web", 2, 6)],
            objects.OfType<V2HorizontalPodAutoscaler>().Select(one => (one.Spec.ScaleTargetRef.Name, one.Spec.MinReplicas!.Value, one.Spec.MaxReplicas)).Order());
    }

    [Fact]
    public async Task Pods_AreNeitherRootNorUnlimited()
    {
        foreach (var pod in Pods(await Rendered.Value))
        {
            var container = Assert.Single(pod.Containers);

            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Equal(
                container.Name == Prometheus ? (true, 65534) : Services.Contains(container.Name) ? (true, 1654) : (false, 999),
                (container.SecurityContext.ReadOnlyRootFilesystem == true, pod.SecurityContext.RunAsUser));
            Assert.All(["cpu", "memory"], resource =>
            {
                Assert.True(container.Resources.Requests[resource].ToDecimal() > 0);
                Assert.True(container.Resources.Limits[resource].ToDecimal() >= container.Resources.Requests[resource].ToDecimal());
            });
            Assert.False(pod.EnableServiceLinks);
            Assert.False(pod.AutomountServiceAccountToken);
            Assert.Equal(container.Name == Prometheus ? null : ["topology.kubernetes.io/zone", "kubernetes.io/hostname"], pod.TopologySpreadConstraints?.Select(spread => spread.TopologyKey));
        }
    }

    [Fact]
    public async Task Secrets_AreInNoConfigMap_AndWhatIsMadeOfThemComesAfterThem()
    {
        var objects = await Rendered.Value;
        var secret = objects.OfType<V1Secret>().Single();

        Assert.Equal(["adminkey", "mongo-password", "prometheus-key", "rabbitmq-password", "s3-password"], secret.Data.Keys.Order());
        Assert.All(objects.OfType<V1ConfigMap>(), map => Assert.DoesNotContain(map.Data ?? new Dictionary<string, string>(), entry =>
            entry.Value.Contains("from-the-secret", StringComparison.Ordinal) || entry.Key.StartsWith("ConnectionStrings__", StringComparison.Ordinal)));
        foreach (var container in Pods(objects).Select(pod => pod.Containers[0]))
        {
            var known = new HashSet<string>();
            foreach (var variable in container.Env ?? [])
            {
                Assert.True(variable.Value is not null ^ variable.ValueFrom is not null);
                Assert.All(Variables().Matches(variable.Value ?? "").Select(match => match.Groups[1].Value), name => Assert.Contains(name, known));
                Assert.True(variable.ValueFrom is null || (variable.ValueFrom.SecretKeyRef.Name == secret.Metadata.Name && secret.Data.ContainsKey(variable.ValueFrom.SecretKeyRef.Key)));
                known.Add(variable.Name);
            }
        }

        var web = Pods(objects).Select(pod => pod.Containers[0]).Single(container => container.Name == "web").Env.ToDictionary(variable => variable.Name, variable => variable.Value);
        Assert.Equal("$(ADMINKEY)", web["Security__AdminKey"]);
        Assert.Equal("amqp://guest:$(RABBITMQ_PASSWORD)@rabbitmq:5672", web["ConnectionStrings__rabbitmq"]);
        Assert.Equal("mongodb://admin:$(MONGO_PASSWORD)@mongo:27017/imagesearch?authSource=admin", web["ConnectionStrings__mongodb"]);
        Assert.Equal("Endpoint=http://s3:9000;Bucket=imagesearch;AccessKey=imagesearch;SecretKey=$(S3_PASSWORD);Region=us-east-1", web["ConnectionStrings__s3"]);
    }

    [Fact]
    public async Task Pods_ThatWebChoosesAmong_HaveHeadlessServicesUnderTheNamesThatItKnows()
    {
        var objects = await Rendered.Value;
        var web = objects.OfType<V1ConfigMap>().Single(map => map.Metadata.Name == "web-env").Data;

        Assert.Equal(
            ["extractor-resnet18", "index-resnet18-0", "index-resnet18-1", "ingest", Prometheus, "web-pods"],
            objects.OfType<V1Service>().Where(service => service.Spec.ClusterIP == "None").Select(service => service.Metadata.Name).Order());
        Assert.All(Services.Where(name => name != "web"), name => Assert.Equal($"http://{name}:8080", web[$"services__{name}__http__0"]));
    }

    [Fact]
    public async Task Network_OnlyWebIsReachableAndOnlyIngestMayGoOut()
    {
        var policies = (await Rendered.Value).OfType<V1NetworkPolicy>().ToDictionary(policy => policy.Metadata.Name, policy => policy.Spec);

        Assert.All(policies, policy => Assert.Equal((policy.Key, "Ingress,Egress"), (policy.Value.PodSelector.MatchLabels["app"], string.Join(',', policy.Value.PolicyTypes))));
        Assert.Equal(["web"], policies.Where(policy => policy.Value.Ingress.Any(rule => rule.FromProperty is null or [])).Select(policy => policy.Key));
        Assert.Equal(["ingest"], policies.Where(policy => policy.Value.Egress.Any(rule => rule.To.Any(to => to.IpBlock?.Cidr == "0.0.0.0/0"))).Select(policy => policy.Key));
        Assert.Contains("169.254.0.0/16", policies["ingest"].Egress.SelectMany(rule => rule.To).Single(to => to.IpBlock?.Cidr == "0.0.0.0/0").IpBlock.Except);
        (string, string)[] calls = [.. policies.Where(policy => policy.Key != Prometheus).SelectMany(policy => Apps(policy.Value.Egress.SelectMany(rule => rule.To ?? [])).Select(to => (policy.Key, to))).Order()];
        Assert.Equal(calls, policies.SelectMany(policy => Apps(policy.Value.Ingress.SelectMany(rule => rule.FromProperty ?? [])).Where(from => from != Prometheus).Select(from => (from, policy.Key))).Order());
        Assert.Equal(
            [
                ("extractor-resnet18", "mongo"), ("extractor-resnet18", "rabbitmq"), ("extractor-resnet18", "s3"), ("index-resnet18-0", "mongo"), ("index-resnet18-1", "mongo"),
                ("ingest", "mongo"), ("ingest", "rabbitmq"), ("ingest", "s3"), ("web", "extractor-resnet18"), ("web", "index-resnet18-0"), ("web", "index-resnet18-1"), ("web", "ingest"),
                ("web", "mongo"), ("web", "rabbitmq"), ("web", "s3"),
            ],
            calls);
    }

    [Fact]
    public async Task Network_EveryPodMayAskForNames_InWhateverNamespaceTheyAreServed()
    {
        var policies = (await Rendered.Value).OfType<V1NetworkPolicy>().ToList();

        Assert.All(policies, policy =>
        {
            var names = Assert.Single(policy.Spec.Egress, rule => rule.Ports?.Any(port => port.Port.Value == "53") == true);
            Assert.Equal(["53 TCP", "53 UDP", "5353 TCP", "5353 UDP"], names.Ports.Select(port => $"{port.Port.Value} {port.Protocol}").Order());
            Assert.Contains(names.To, to => to is { NamespaceSelector: { MatchLabels: null, MatchExpressions: null }, PodSelector: null });
        });
    }

    [Fact]
    public async Task Network_PrivateAddressesAllowed_IngestReachesThem()
    {
        var policies = (await RenderAsync("--allow-private-addresses", "true")).OfType<V1NetworkPolicy>();

        var ingest = policies.Single(policy => policy.Metadata.Name == "ingest");
        Assert.Contains(ingest.Spec.Egress, rule => rule.To.Any(to => to.IpBlock is { Cidr: "0.0.0.0/0", Except: null }));
    }

    [Fact]
    public async Task Ingress_LeadsToWebByTls_WhichTakesKeys()
    {
        var objects = await Rendered.Value;
        var ingress = objects.OfType<V1Ingress>().Single().Spec;

        Assert.Equal(("imagesearch.example.org", "imagesearch-tls"), (Assert.Single(Assert.Single(ingress.Tls).Hosts), ingress.Tls[0].SecretName));
        Assert.Equal(("imagesearch.example.org", "web"), (Assert.Single(ingress.Rules).Host, Assert.Single(ingress.Rules[0].Http.Paths).Backend.Service.Name));
        Assert.Equal("all", objects.OfType<V1ConfigMap>().Single(map => map.Metadata.Name == "web-env").Data["Security__RequireKey"]);
    }

    [Fact]
    public async Task Models_OfTheTopology_HaveTheirCountsAndMemory()
    {
        using var directory = new TemporaryDirectory();
        await WriteAsync(
            directory.Path, "--pictures", "10000000",
            "--Models:0:Name=second", "--Models:0:Dimension=512", "--Models:0:Source=https://example.org/second.onnx", $"--Models:0:Sha256={new string('a', 64)}",
            "--Models:0:Input:Name=data", "--Models:0:Output:Embedding=out", "--Models:0:ExtractorReplicas=4", "--Models:0:IndexShards=2", "--Models:0:IndexReplicas=5");

        V1Deployment Patch(string name) =>
            KubernetesYaml.LoadAllFromString(File.ReadAllText(directory.Combine("patches", $"{name}.yaml")), strict: true).OfType<V1Deployment>().Single();

        Assert.Equal((4, 5, 5), (Patch("extractor-second").Spec.Replicas, Patch("index-second-0").Spec.Replicas, Patch("index-second-1").Spec.Replicas));
        Assert.False(File.Exists(directory.Combine("patches", "index-second-2.yaml")));
        // 5 million vectors of 2,616 bytes, a third more while they are loaded, in 75 % of the pod's memory.
        Assert.InRange(Patch("index-second-0").Spec.Template.Spec.Containers[0].Resources.Limits["memory"].ToDecimal() / (1 << 30), 20, 25);
        var policies = KubernetesYaml.LoadAllFromString(await File.ReadAllTextAsync(directory.Combine("objects.yaml")), strict: true).OfType<V1NetworkPolicy>();
        Assert.Contains(policies.Single(policy => policy.Metadata.Name == "extractor-second").Spec.Egress, rule => rule.To.Any(to => to.IpBlock?.Cidr == "0.0.0.0/0"));
    }

    [Fact]
    public void Topology_TooSmallForAPromise_SaysWhichAndWhatToDo()
    {
        var model = new Model { Name = "m", ExtractorReplicas = 1, IndexReplicas = 1 };
        var least = new Topology
        {
            Web = 1,
            Ingest = 1,
            Models = [model],
            RabbitMqNodes = 1,
            MongoDbMembers = 1,
            Prometheus = true,
            Host = "s.example.org",
            Pictures = 1,
            AllowPrivateAddresses = false,
            RequireKey = "none",
        };
        var enough = least with
        {
            Web = 2..3,
            Ingest = 2,
            Models = [model with { ExtractorReplicas = 2..20, IndexReplicas = 2 }],
            RabbitMqNodes = 0,
            MongoDbMembers = 0,
            RequireKey = "writes",
        };

        Assert.Equal(
            ["web", "ingest", "extractor-m", "Each shard of m's index", "rabbitmq", "mongo", "web"],
            least.Warnings().Select(warning => warning[..warning.IndexOf(warning.Contains("takes no keys", StringComparison.Ordinal) ? " takes" : " has", StringComparison.Ordinal)]));
        Assert.Empty(enough.Warnings());
        Assert.Empty(least.Problems().Concat(enough.Problems()));
    }

    [Theory]
    [InlineData("3", 3, 3, true)]
    [InlineData("2..20", 2, 20, true)]
    [InlineData("20..2", 20, 2, false)]
    [InlineData("0..2", 0, 2, false)]
    [InlineData("2..65", 2, 65, false)]
    [InlineData("2..", 0, 0, false)]
    [InlineData("2..3..4", 0, 0, false)]
    [InlineData("many", 0, 0, false)]
    [InlineData("99999999999", 0, 0, false)]
    public void Replicas_Text_IsACountOrARange(string text, int least, int most, bool valid)
    {
        var replicas = Replicas.Parse(text);

        Assert.Equal((least, most, valid), (replicas.Least, replicas.Most, replicas.IsValid));
    }

    [Fact]
    public async Task Topology_ThatCannotBe_IsRefusedWithEveryProblem()
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(
            "--publisher", "overlay", "--output-path", "/nowhere", "--rabbitmq-nodes", "2", "--mongodb-members", "x", "--ingress-host", "localhost", "--pictures", "0", "--web-replicas", "6..2");

        Assert.Equal(1, exitCode);
        Assert.Equal(
            ["--web-replicas", "--rabbitmq-nodes", "--mongodb-members", "--ingress-host", "--pictures"],
            error.TrimEnd().Split('\n')[1..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
    }

    /// <summary>The variables of each service's pods, as the committed overlay makes them.</summary>
    internal static async Task<Dictionary<string, Dictionary<string, string>>> EnvironmentsAsync()
    {
        var objects = await Rendered.Value;
        var secrets = objects.OfType<V1Secret>().Single().Data.ToDictionary(entry => entry.Key, entry => Encoding.UTF8.GetString(entry.Value));
        var environments = new Dictionary<string, Dictionary<string, string>>();
        foreach (var container in objects.OfType<V1Deployment>().Select(one => one.Spec.Template.Spec.Containers[0]))
        {
            var environment = new Dictionary<string, string>(objects.OfType<V1ConfigMap>().Single(map => map.Metadata.Name == container.EnvFrom[0].ConfigMapRef.Name).Data);
            foreach (var variable in container.Env)
            {
                environment[variable.Name] = variable.ValueFrom is { } from
                    ? secrets[from.SecretKeyRef.Key]
                    : Variables().Replace(variable.Value, match => environment[match.Groups[1].Value]);
            }

            environments[container.Name] = environment;
        }

        return environments;
    }

    private static IEnumerable<V1PodSpec> Pods(List<object> objects) =>
        objects.OfType<V1Deployment>().Select(one => one.Spec.Template.Spec).Concat(objects.OfType<V1StatefulSet>().Select(one => one.Spec.Template.Spec));

    private static IEnumerable<string> Apps(IEnumerable<V1NetworkPolicyPeer> peers) =>
        peers.Where(peer => peer.PodSelector is not null).SelectMany(peer => Assert.Single(peer.PodSelector.MatchExpressions).Values);

    private static async Task WriteAsync(string directory, params string[] arguments)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(["--publisher", "overlay", "--output-path", directory, "--model", "resnet18", .. arguments]);
        Assert.Equal((0, ""), (exitCode, error));
    }

    /// <summary>The committed overlay; with arguments another one.</summary>
    private static async Task<List<object>> RenderAsync(params string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        var overlay = directory.Combine("overlay");
        Copy(Path.Combine(Repository, "tests", "ImageSearch.AppHost.Tests", "Cluster", "base"), directory.Combine("base"));
        Copy(Path.Combine(Repository, "deploy", "overlay"), overlay);
        Copy(Path.Combine(Repository, "deploy", "monitoring"), directory.Combine("monitoring"));
        if (arguments.Length > 0)
        {
            await WriteAsync(overlay, arguments);
        }

        await File.WriteAllLinesAsync(Path.Combine(overlay, "secrets.env"), (await File.ReadAllLinesAsync(Path.Combine(overlay, "secrets.env.example"))).Select(line => $"{line}a-secret-of-32-characters-or-more"));
        return KubernetesYaml.LoadAllFromString(await KustomizeAsync(overlay), strict: true);
    }

    private static async Task<string> KustomizeAsync(string directory)
    {
        // That of Kubernetes 1.20, which Debian has, carries a Kustomize that knows no patches and does not say its version.
        Assert.SkipUnless(
            ServerPrograms.OnPath("kubectl") is not null
                && (await KubectlAsync("version", "--client", "--output=json")).Output.Contains("kustomizeVersion", StringComparison.Ordinal),
            "kubectl 1.24 or newer is not installed.");
        var (exitCode, output, error) = await KubectlAsync("kustomize", directory);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }

    private static async Task<(int ExitCode, string Output, string Error)> KubectlAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    // Kustomize's, at the end of a generated secret's name.
    [GeneratedRegex("-[a-z0-9]{10}$")]
    private static partial Regex HashOf();

    [GeneratedRegex(@"names:\n +- (\S+)")]
    private static partial Regex NamesLookedUp();

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Variables();
}
