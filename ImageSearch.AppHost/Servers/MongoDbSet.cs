namespace ImageSearch.AppHost;

/// <summary>What every mongod is started with, as a process or in a container: a member of a replica set, the only one.</summary>
internal static class MongoDbSet
{
    public const string Name = "imagesearch";

    /// <summary>A process that is killed in a transaction leaves its locks for this long; MongoDB's own default is a minute.</summary>
    public const string TransactionLifetime = "transactionLifetimeLimitSeconds=10";

    private const string Key = "/tmp/mongo.key";

    /// <summary>
    /// For the image <c>mongo</c>, whose start script creates the user of its environment. A set with users takes a key: the user's
    /// password, for whoever has that may do everything. Without quotes and ampersands, which tools that read manifests encode; the shell's
    /// own name makes the image's start script run this as it is.
    /// </summary>
    public static string[] ContainerArguments { get; } =
    [
        "bash", "-c",
        $"set -e; umask 077; printenv MONGO_INITDB_ROOT_PASSWORD | dd of={Key} status=none; chown mongodb {Key}; "
        + $"exec docker-entrypoint.sh mongod --bind_ip_all --replSet {Name} --keyFile {Key} --setParameter {TransactionLifetime}",
    ];
}
