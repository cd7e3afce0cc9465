using k8s.Models;

namespace ImageSearch.AppHost.Tests.Cluster;

public sealed partial class OverlayTests
{
    [Fact]
    public async Task Volumes_AreWhatThePicturesTake()
    {
        var servers = (await RenderAsync("--pictures", "1000000")).OfType<V1StatefulSet>().ToDictionary(one => one.Metadata.Name, one => one.Spec);

        Assert.All(servers, server => Assert.Equal($"imagesearch-{server.Key}", Assert.Single(server.Value.VolumeClaimTemplates).Metadata.Name));
        Assert.Equal(
            [("mongo", "10Gi"), (Prometheus, "10Gi"), ("rabbitmq", "10Gi"), ("s3", "988Gi")],
            servers.Select(server => (server.Key, server.Value.VolumeClaimTemplates[0].Spec.Resources.Requests["storage"].ToString())).Order());
    }

    [Fact]
    public async Task ServersThatSomebodyElseRuns_AreLeftOut_AndReachedByASecret()
    {
        var objects = await RenderAsync("--rabbitmq-nodes", "0", "--mongodb-members", "0");

        Assert.Equal([Prometheus, "s3"], objects.OfType<V1StatefulSet>().Select(one => one.Metadata.Name).Order());
        Assert.DoesNotContain(objects.OfType<V1Service>(), service => service.Metadata.Name is "rabbitmq" or "mongo");
        Assert.Equal(["adminkey", "mongo-connection", "prometheus-key", "rabbitmq-connection", "s3-password"], objects.OfType<V1Secret>().Single().Data.Keys.Order());
        var index = Pods(objects).Select(pod => pod.Containers[0]).Single(container => container.Name == "index-resnet18-0").Env;
        Assert.Equal([("MONGO_CONNECTION", null), ("ConnectionStrings__mongodb", "$(MONGO_CONNECTION)")], index.Select(variable => (variable.Name, (string?)variable.Value)));
        Assert.All(
            objects.OfType<V1NetworkPolicy>().Where(policy => policy.Metadata.Name is not ("s3" or Prometheus)),
            policy => Assert.Contains(policy.Spec.Egress, rule => rule.To.Any(to => to.IpBlock is { Cidr: "0.0.0.0/0", Except: null })));
    }

    [Fact]
    public async Task Prometheus_MayReadWhatItLooksFor_AndFindsWhatTheClusterCallsByThatName()
    {
        var objects = await Rendered.Value;
        var pod = objects.OfType<V1StatefulSet>().Single(one => one.Metadata.Name == Prometheus).Spec.Template.Spec;
        var configuration = objects.OfType<V1ConfigMap>().Single(map => map.Metadata.Name == pod.Volumes.Single(volume => volume.Name == "config").ConfigMap.Name).Data["prometheus.yml"];
        var policies = objects.OfType<V1NetworkPolicy>().ToDictionary(policy => policy.Metadata.Name, policy => policy.Spec);

        var names = NamesLookedUp().Matches(configuration).Select(match => match.Groups[1].Value).Order().ToList();
        Assert.Equal(["cert-manager.cert-manager.svc", "extractor-resnet18", "index-resnet18-0", "index-resnet18-1", "ingest", "rabbitmq", "s3", "web-pods"], names);
        Assert.All(names.Skip(1), name => Assert.Contains(objects.OfType<V1Service>(), service => service.Metadata.Name == name));
        Assert.Equal("web", objects.OfType<V1Service>().Single(service => service.Metadata.Name == "web-pods").Spec.Selector["app"]);
        var read = Apps(policies[Prometheus].Egress.SelectMany(rule => rule.To)).ToList();
        Assert.Equal(((string[])[.. Services, "rabbitmq", "s3"]).Order(), read.Order());
        Assert.All(read.Where(name => name != "web"), name => Assert.Contains(
            policies[name].Ingress, rule => Apps(rule.FromProperty).Contains(Prometheus) && rule.Ports.Single().Port.Value == (name == "rabbitmq" ? "15692" : name == "s3" ? "9000" : "8080")));
        Assert.Equal("rules.yml", Assert.Single(objects.OfType<V1ConfigMap>().Single(map => map.Metadata.Name == pod.Volumes.Single(volume => volume.Name == "rules").ConfigMap.Name).Data).Key);
        Assert.Equal(objects.OfType<V1Secret>().Single().Metadata.Name, pod.Volumes.Single(volume => volume.Name == "key").Secret.SecretName);
    }
}
