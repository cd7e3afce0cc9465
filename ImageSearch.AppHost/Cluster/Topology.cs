using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace ImageSearch.AppHost.Cluster;

/// <summary>How many of what a cluster runs. The index has its counts in the models' declarations.</summary>
internal sealed record Topology
{
    /// <summary><c>--web-replicas 2..6</c>: pods of web.</summary>
    public required Replicas Web { get; init; }

    /// <summary><c>--ingest-replicas N</c>: pods of ingest.</summary>
    public required Replicas Ingest { get; init; }

    public required IReadOnlyList<Model> Models { get; init; }

    /// <summary><c>--rabbitmq-nodes N</c>: RabbitMQ's pods; 0: somebody else runs it.</summary>
    public required int RabbitMqNodes { get; init; }

    /// <summary><c>--mongodb-members N</c>: MongoDB's pods; 0: somebody else runs it.</summary>
    public required int MongoDbMembers { get; init; }

    /// <summary><c>--prometheus</c>: whether there is one.</summary>
    public required bool Prometheus { get; init; }

    /// <summary><c>--ingress-host NAME</c>: what the page and API are called by from outside.</summary>
    public required string Host { get; init; }

    /// <summary><c>--pictures N</c>: how many pictures there will be. Memory of the index and sizes of disks follow from it.</summary>
    public required long Pictures { get; init; }

    /// <summary><c>--allow-private-addresses</c>: what is downloaded may come from private addresses.</summary>
    public required bool AllowPrivateAddresses { get; init; }

    /// <summary>What takes a key, as web has it.</summary>
    public required string RequireKey { get; init; }

    public static Topology Read(IConfiguration configuration, AppHostOptions options, IReadOnlyList<Model> models)
    {
        return new()
        {
            Web = options.WebReplicas,
            Ingest = options.IngestReplicas,
            Models = models,
            RabbitMqNodes = (int)Number("rabbitmq-nodes", 1),
            MongoDbMembers = (int)Number("mongodb-members", 1),
            Prometheus = options.Prometheus.Equals("true", StringComparison.OrdinalIgnoreCase),
            Host = configuration["ingress-host"] ?? "imagesearch.example.org",
            Pictures = Number("pictures", 100_000),
            AllowPrivateAddresses = options.AllowPrivateAddresses.Equals("true", StringComparison.OrdinalIgnoreCase),
            RequireKey = options.RequireKey,
        };

        long Number(string name, long otherwise) => configuration[name] is not { } text ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }

    public IEnumerable<string> Problems() => Rules.Broken(
        (RabbitMqNodes is 0 or 1, "--rabbitmq-nodes must be 1, or 0 for a RabbitMQ that somebody else runs, which may be a cluster."),
        (MongoDbMembers is 0 or 1, "--mongodb-members must be 1, or 0 for a MongoDB that somebody else runs, which may be a replica set."),
        (Uri.CheckHostName(Host) == UriHostNameType.Dns && Host.Contains('.', StringComparison.Ordinal),
            $"--ingress-host '{Host}' must be a name such as search.example.org."),
        (Pictures is >= 1 and <= 10_000_000_000, "--pictures must be a number between 1 and 10000000000."));

    /// <summary>What the counts are too small for.</summary>
    public IEnumerable<string> Warnings()
    {
        const string Alone = "has one pod: while it is moved or its node is lost,";
        return Rules.Broken(
        [
            (Web.Least > 1, $"web {Alone} nothing is answered. Give --web-replicas 2 or more."),
            (Ingest.Least > 1, $"ingest {Alone} no picture is taken in. Give --ingest-replicas 2 or more."),
            .. Models.Select(model => (model.ExtractorReplicas.Least > 1,
                $"extractor-{model.Name} {Alone} no search by a new picture is answered. Give the model ExtractorReplicas of 2 or more.")),
            .. Models.Select(model => (model.IndexReplicas > 1,
                $"Each shard of {model.Name}'s index {Alone} results are partial. Give the model IndexReplicas of 2 or more.")),
            (RabbitMqNodes != 1,
                $"rabbitmq {Alone} pictures wait to be embedded, and its queues are on one disk. "
                + "--rabbitmq-nodes 0 takes a cluster that somebody else runs."),
            (MongoDbMembers != 1,
                $"mongo {Alone} nothing is taken in, and what is there is on one disk. "
                + "--mongodb-members 0 takes a replica set that somebody else runs."),
            (RequireKey != "none", "web takes no keys and is open to whoever reaches it. Leave --require-key none out."),
        ]);
    }
}
