namespace ImageSearch.Testing.Servers;

/// <summary>How a <see cref="TcpProxy"/> breaks the network.</summary>
public enum ProxyCut
{
    /// <summary>As a cable that is pulled: connections stay open and carry nothing; new ones open and nothing answers.</summary>
    BlackHole,

    /// <summary>As a host that is rebooted: connections are reset, and so are new ones.</summary>
    Reset,
}
