using System.Globalization;
using ImageSearch.AppHost.Cluster;

namespace ImageSearch.AppHost;

/// <summary>What an operator decides when starting the AppHost; <c>--name value</c> on the command line.</summary>
internal sealed record AppHostOptions
{
    private const int DefaultPort = 8080;
    private const string FolderRootSwitch = "--folder-root";

    // What services keep here in a cluster (copies of the index, downloaded models) they can make again: it need not outlive a pod.
    private const string PublishedDataDirectory = "/data";

    /// <summary>Name of the parameter that has the first admin's key.</summary>
    public const string AdminKey = "adminkey";

    /// <summary>What the command line takes, in the order of <c>docs/hosting.md</c>.</summary>
    public const string Usage =
        """
        dotnet run --project ImageSearch.AppHost [-- OPTIONS]

          --port N                         the search page and API (8080)
          --model resnet18|resnet18-float|layout    the model (resnet18; layout is small and finds copies only)
          --data DIR                       where pictures, records and vectors lie (data, in the repository)
          --backend embedded|servers       files on this machine (the default), or RabbitMQ and MongoDB
          --folder-root DIR                folders may be imported from below it; may be repeated
          --allow-private-addresses true   URL imports may reach private addresses (false)
          --require-key none|writes|all    what takes an API key (none)
          --web-replicas N|N..M            processes that serve the page and API behind the one port (1; in a cluster 2..6)
          --ingest-replicas N|N..M         processes that take pictures in (1; in a cluster 2)
          --prometheus                     runs Prometheus, with alerts (in a cluster always, unless --prometheus=false)
          --publisher manifest --output-path FILE   writes the manifest and starts nothing
          --publisher overlay [--output-path DIR]   writes what a cluster needs beside it (deploy/overlay)
          --ingress-host NAME              of the page and API in a cluster (imagesearch.example.org)
          --pictures N                     how many there will be in a cluster (100000)
          --rabbitmq-nodes 0|1, --mongodb-members 0|1    in a cluster; 0: somebody else runs it (1)
          --Section:Name VALUE             any other setting: --Models:0:Name cat declares a model

        docs/hosting.md says more.
        """;

    private static readonly string[] Switches =
    [
        "port", "model", "data", "backend", "require-key", "folder-root", "allow-private-addresses", "web-replicas",
        "ingest-replicas", "prometheus", "publisher", "output-path", "environment", "ingress-host", "pictures",
        "rabbitmq-nodes", "mongodb-members",
    ];

    private static readonly string[] KeyRequirements = ["none", "writes", "all"];
    private static readonly string[] Backends = [AppHost.Backend.Embedded, AppHost.Backend.Servers];

    /// <summary><c>--data DIR</c>: where records, vectors and pictures lie. Default: <c>data</c> beside the AppHost's directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>--port N</c>: the search page and API. Default 8080.</summary>
    public required int Port { get; init; }

    /// <summary><c>--model NAME</c>: which of the models that ship. Default <c>resnet18</c>.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// <c>--backend</c>: <c>embedded</c>, the default, or <c>servers</c>. A manifest is always of servers: pods share no files.
    /// </summary>
    public required string Backend { get; init; }

    /// <summary>
    /// <c>--folder-root DIR</c>, any number of times, or <c>FolderRoots:0</c>: folders may be imported from below these. Default: none.
    /// </summary>
    public required IReadOnlyList<string> FolderRoots { get; init; }

    /// <summary><c>--allow-private-addresses true</c>: URL imports may reach private addresses. Default false.</summary>
    public required string AllowPrivateAddresses { get; init; }

    /// <summary>
    /// <c>--require-key</c>: <c>none</c>, <c>writes</c> or <c>all</c>: what takes an API key. Default <c>none</c>; published <c>all</c>.
    /// </summary>
    public required string RequireKey { get; init; }

    /// <summary>
    /// <c>--web-replicas N</c>: processes that serve the search page and API behind <see cref="Port"/>. Default 1; published 2..6.
    /// </summary>
    public required Replicas WebReplicas { get; init; }

    /// <summary><c>--ingest-replicas N</c>: processes that take pictures in. Default 1; published 2.</summary>
    public required Replicas IngestReplicas { get; init; }

    /// <summary><c>--prometheus</c>: whether Prometheus runs. Default false; published true.</summary>
    public required string Prometheus { get; init; }

    /// <summary>Whether there is a key for the first admin: <c>Parameters:adminkey</c>; a manifest has a generated one.</summary>
    public required bool HasAdminKey { get; init; }

    /// <summary>Options of the command line that nothing reads, without their dashes.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    /// <summary>Whether only <see cref="Usage"/> is asked for.</summary>
    public static bool AsksForHelp(string[] args) => args.Any(argument => argument is "--help" or "-h" or "-?");

    /// <summary>What is wrong with <c>--publisher</c>; Aspire itself waits for ever when its output path is missing.</summary>
    public static string? PublisherProblem(string[] args)
    {
        string? Value(string name)
        {
            var i = Array.FindIndex(args, a => a == name || a.StartsWith($"{name}=", StringComparison.Ordinal));
            return i < 0 ? null : args[i].Contains('=', StringComparison.Ordinal) ? args[i][(name.Length + 1)..] : args
                .ElementAtOrDefault(i + 1) ?? "";
        }

        return Value("--publisher") is { } publisher && publisher != OverlayPublisher.Publisher
            && (publisher != "manifest" || string.IsNullOrEmpty(Value("--output-path")))
            ? "The publishers are --publisher manifest --output-path <file> and --publisher overlay."
            : null;
    }

    /// <summary>A switch without a value would take the next one for its own.</summary>
    public static string[] WithValues(string[] args) =>
        [.. args.Select((argument, i) =>
            argument == "--prometheus" && args.ElementAtOrDefault(i + 1) is not ("true" or "false") ? "--prometheus=true" : argument)];

    public static AppHostOptions Read(IDistributedApplicationBuilder builder, string[] args)
    {
        var configuration = builder.Configuration;
        var publish = builder.ExecutionContext.IsPublishMode;
        string[] roots = [.. FolderRootsOf(args), .. configuration.GetSection("FolderRoots").GetChildren().Select(c => c.Value ?? "")];
        return new AppHostOptions
        {
            DataDirectory = publish
                ? PublishedDataDirectory
                : Path.GetFullPath(configuration["data"] ?? "../data", builder.AppHostDirectory),
            Port = Number(configuration["port"], DefaultPort),
            WebReplicas = configuration["web-replicas"] is { } web ? Replicas.Parse(web) : publish ? 2..6 : 1,
            IngestReplicas = configuration["ingest-replicas"] is { } ingest ? Replicas.Parse(ingest) : publish ? 2 : 1,
            Model = configuration["model"] ?? "resnet18",
            Backend = publish ? AppHost.Backend.Servers : configuration["backend"] ?? AppHost.Backend.Embedded,
            FolderRoots = publish
                ? []
                : [.. roots.Where(r => r.Length > 0).Select(r => Path.GetFullPath(r, builder.AppHostDirectory)).Distinct()],
            AllowPrivateAddresses = configuration["allow-private-addresses"] ?? "false",
            RequireKey = configuration["require-key"] ?? (publish ? "all" : "none"),
            Prometheus = configuration["prometheus"] ?? (publish ? "true" : "false"),
            // Tools that publish may say more than is known here.
            Unknown = publish
                ? []
                : [.. args.Where(argument => argument.StartsWith("--", StringComparison.Ordinal)).Select(
                    argument => argument[2..].Split('=')[0])
                .Where(name => !name.Contains(':', StringComparison.Ordinal) && !Switches.Contains(
                    name, StringComparer.OrdinalIgnoreCase))],
            HasAdminKey = publish || !string.IsNullOrEmpty(configuration[$"Parameters:{AdminKey}"]),
        };
    }

    /// <param name="models">Names that <see cref="Model"/> may have.</param>
    public IEnumerable<string> Problems(IEnumerable<string> models)
    {
        foreach (var name in Unknown)
        {
            yield return $"--{name} is unknown: use {string.Join(", ", Switches.Select(known => $"--{known}"))}, or --Section:Name for a setting; --help explains them.";
        }

        if (Port is < 1 or > 65535)
        {
            yield return "--port must be a number between 1 and 65535.";
        }

        foreach (var (name, replicas) in new[] { ("web", WebReplicas), ("ingest", IngestReplicas) })
        {
            if (!replicas.IsValid)
            {
                yield return $"--{name}-replicas must be a number between 1 and {Replicas.Limit}.";
            }
        }

        if (!models.Contains(Model))
        {
            yield return $"--model '{Model}' does not ship: use {string.Join(" or ", models)}.";
        }

        if (!Backends.Contains(Backend))
        {
            yield return $"--backend '{Backend}' is unknown: use {string.Join(" or ", Backends)}.";
        }

        if (!bool.TryParse(AllowPrivateAddresses, out _))
        {
            yield return $"--allow-private-addresses is '{AllowPrivateAddresses}': say true or false.";
        }

        if (!bool.TryParse(Prometheus, out _))
        {
            yield return $"--prometheus is '{Prometheus}': say nothing after it, or --prometheus=false.";
        }

        if (!KeyRequirements.Contains(RequireKey))
        {
            yield return $"--require-key '{RequireKey}' is unknown: use {string.Join(", ", KeyRequirements)}.";
        }
        else if (RequireKey != "none" && !HasAdminKey)
        {
            yield return "--require-key needs a key to begin with: set Parameters__adminkey in the environment to at least 32 characters, such as openssl rand -hex 32 gives.";
        }
    }

    private static int Number(string? text, int otherwise) => text is null ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    // Configuration keeps one value per name, so what may be repeated is read from the arguments.
    private static IEnumerable<string> FolderRootsOf(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == FolderRootSwitch && i + 1 < args.Length)
            {
                yield return args[++i];
            }
            else if (args[i].StartsWith($"{FolderRootSwitch}=", StringComparison.Ordinal))
            {
                yield return args[i][(FolderRootSwitch.Length + 1)..];
            }
        }
    }
}
