using System.Globalization;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointAnnotation(
    ProtocolType protocol,
    string? uriScheme = null,
    string? transport = null,
    string? name = null,
    int? port = null,
    int? targetPort = null,
    bool? isExternal = null,
    bool isProxied = true) : IResourceAnnotation
{
    public ProtocolType Protocol { get; set; } = protocol;

    public string UriScheme { get; set; } = uriScheme ?? "tcp";

    public string Transport { get; set; } = transport ?? (uriScheme is "http" or "https" ? "http" : "tcp");

    public string Name { get; set; } = name ?? uriScheme ?? "tcp";

    public int? Port { get; set; } = port;

    public int? TargetPort { get; set; } = targetPort;

    public bool IsExternal { get; set; } = isExternal ?? false;

    public bool IsProxied { get; set; } = isProxied;

    /// <summary>The variable that tells the process its port, from WithHttpEndpoint(env: …).</summary>
    internal string? EnvironmentVariable { get; init; }

    /// <summary>One port per replica, filled before the first process starts and kept over restarts.</summary>
    internal List<int> AllocatedPorts { get; } = [];

    internal string UrlOf(int port) => string.Create(CultureInfo.InvariantCulture, $"{UriScheme}://localhost:{port}");
}
