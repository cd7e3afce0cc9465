namespace ImageSearch.Hosting.Running.Servers;

/// <summary>A server that Aspire runs in a container, run as a process of the program that is installed on this machine.</summary>
internal interface ILocalServer
{
    /// <summary>What to install before this server can run here; null when nothing is missing.</summary>
    string? Missing { get; }

    /// <summary>Writes the files that the program reads, and says how to start it. Called before every start.</summary>
    Task<LaunchCommand> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Why the server cannot be used at the moment; null when it can.</summary>
    Task<string?> ProblemAsync(CancellationToken cancellationToken);
}
