using System.Globalization;

namespace ImageSearch.AppHost;

/// <summary>What an operator decides when starting the AppHost; <c>--name value</c> on the command line.</summary>
internal sealed record AppHostOptions
{
    private const int DefaultPort = 8080;
    private const string FolderRootSwitch = "--folder-root";

    // What services keep here in a cluster (copies of the index, downloaded models) they can make again: it need not outlive a pod.
    private const string PublishedDataDirectory = "/data";

    private static readonly string[] Backends = [AppHost.Backend.Embedded, AppHost.Backend.Servers];

    /// <summary><c>--data DIR</c>: where records, vectors and pictures lie. Default: <c>data</c> beside the AppHost's directory.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>--port N</c>: the search page and API. Default 8080.</summary>
    public required int Port { get; init; }

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
            Port = configuration["port"] is not { } port ? DefaultPort
                : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1,
            Backend = publish ? AppHost.Backend.Servers : configuration["backend"] ?? AppHost.Backend.Embedded,
            FolderRoots = publish
                ? []
                : [.. roots.Where(r => r.Length > 0).Select(r => Path.GetFullPath(r, builder.AppHostDirectory)).Distinct()],
            AllowPrivateAddresses = configuration["allow-private-addresses"] ?? "false",
        };
    }

    public IEnumerable<string> Problems()
    {
        if (Port is < 1 or > 65535)
        {
            yield return "--port must be a number between 1 and 65535.";
        }

        if (!Backends.Contains(Backend))
        {
            yield return $"--backend '{Backend}' is unknown: use {string.Join(" or ", Backends)}.";
        }

        if (!bool.TryParse(AllowPrivateAddresses, out _))
        {
            yield return $"--allow-private-addresses is '{AllowPrivateAddresses}': say true or false.";
        }
    }

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
