namespace ImageSearch.Cli;

/// <summary>What the shell is told. Documented in docs/cli.md.</summary>
internal static class ExitCode
{
    public const int Good = 0;

    /// <summary>It was not carried out, and the reason is on standard error.</summary>
    public const int Failed = 1;

    /// <summary>The command line is not understood.</summary>
    public const int Usage = 2;

    /// <summary>An import is done, but not all of its pictures were taken.</summary>
    public const int SomeRejected = 3;

    /// <summary>Ctrl+C, as shells count it.</summary>
    public const int Interrupted = 130;
}
