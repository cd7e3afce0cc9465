using System.CommandLine;

namespace ImageSearch.Cli;

/// <summary>Options of every command.</summary>
internal static class GlobalOptions
{
    public const string DefaultServer = "http://localhost:8080";
    public const string ServerVariable = "IMAGESEARCH_SERVER";
    public const string ApiKeyVariable = "IMAGESEARCH_API_KEY";

    public static Option<string?> Server { get; } = new("--server")
    {
        Description = $"Address of the system. Default: ${ServerVariable}, else {DefaultServer}.",
        HelpName = "URL",
        Recursive = true,
    };

    // No default factory: help would show what the environment holds.
    public static Option<string?> ApiKey { get; } = new("--api-key")
    {
        Description = $"API key. Better in ${ApiKeyVariable}: other users of this machine can read command lines.",
        HelpName = "KEY",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "The answer as JSON, for programs.",
        Recursive = true,
    };
}
