namespace ImageSearch.AppHost.Cluster;

/// <summary>Pods of one kind, as one resource of the manifest becomes.</summary>
/// <param name="Cpu">Processors that one is given, and may take at most.</param>
/// <param name="MemoryMiB">Memory that one is given, and may take at most.</param>
internal sealed record Workload(string Name, Replicas Pods, (double Least, double Most) Cpu, long MemoryMiB)
{
    // Of .NET's images, and of RabbitMQ's and MongoDB's; MinIO runs as any.
    private const int ServiceUser = 1654;
    private const int ServerUser = 999;

    /// <summary>A server with a volume, which Aspirate makes a stateful set; else a service of ours.</summary>
    public (string Volume, long GiB)? Disk { get; init; }

    /// <summary>Whether it fetches what the internet has: pictures by URL, models.</summary>
    public bool Downloads { get; init; }

    /// <summary>Settings that follow from the sizes.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public bool IsService => Disk is null;

    public int User => IsService ? ServiceUser : ServerUser;

    /// <summary>What docs/sizing.md says of each, for so many pictures.</summary>
    public static IEnumerable<Workload> Of(Topology topology)
    {
        const int Process = 200;
        const double Share = 0.75; // of a pod's memory .NET takes no more
        yield return new("web", topology.Web, (0.5, 2), 1024);
        yield return new("ingest", topology.Ingest, (0.5, 2), 2048) { Downloads = true };
        foreach (var model in topology.Models)
        {
            // The model, and pictures while they are decoded: 256 MB for the largest.
            yield return new($"extractor-{model.Name}", model.ExtractorReplicas, (2, 4), 3072) { Downloads = model.IsDownloaded() };

            // A third more while it is loaded.
            var vectors = topology.Pictures / (double)model.IndexShards;
            var index = model.IndexMemoryLimitMiB is > 0 and var limit
                ? limit
                : Math.Max(256, MiB(vectors * BytesPerVector(model) * 4 / 3));
            for (var shard = 0; shard < model.IndexShards; shard++)
            {
                yield return new($"index-{model.Name}-{shard}", model.IndexReplicas, (0.5, 2), (long)((index + Process) / Share))
                {
                    // Full is better than ended for want of memory.
                    Settings = new Dictionary<string, string> { ["Index__MemoryLimitMiB"] = $"{index}" },
                };
            }
        }

        var vectorBytes = topology.Models.Sum(model => (4.0 * model.Dimension) + 2700);
        if (topology.RabbitMqNodes > 0)
        {
            yield return new("rabbitmq", topology.RabbitMqNodes, (0.25, 2), 2048)
            {
                Disk = ("imagesearch-rabbitmq", GiB(topology, 1000.0 * topology.Models.Count)),
            };
        }

        if (topology.MongoDbMembers > 0)
        {
            yield return new("mongo", topology.MongoDbMembers, (0.5, 4), 4096)
            {
                Disk = ("imagesearch-mongo", GiB(topology, vectorBytes + 500)),
            };
        }

        // Pictures of 500 KB, three thumbnails.
        yield return new("s3", 1, (0.25, 2), 1024)
        {
            Disk = ("imagesearch-s3", GiB(topology, 530_000)),
            // Its policy lets nobody but Prometheus and the services in.
            Settings = new Dictionary<string, string> { ["MINIO_PROMETHEUS_AUTH_TYPE"] = "public" },
        };
    }

    private static double BytesPerVector(Model model) =>
        (model.IndexRows == "Mapped" ? 0 : (4 * model.Dimension) + 32) + model.Dimension + 15.5 + (model.Algorithm == "Hnsw" ? 137 : 0);

    private static long MiB(double bytes) => (long)Math.Ceiling(bytes / (1 << 20));

    // Half of it stays free; none is smaller than what an empty server is happy with.
    private static long GiB(Topology topology, double bytesPerPicture) =>
        Math.Max(10, (long)Math.Ceiling(topology.Pictures * bytesPerPicture * 2 / (1 << 30)));
}
