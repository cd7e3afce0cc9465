using System.CommandLine;
using ImageSearch.Cli.Output;
using ImageSearch.Client;

namespace ImageSearch.Cli;

/// <summary>What a command works with: the system that is meant, and the terminal.</summary>
internal sealed class CliContext : IDisposable
{
    private const int Retries = 2;

    private readonly ImageSearchClientOptions _options;

    private CliContext(ImageSearchClientOptions options, Terminal terminal)
    {
        _options = options;
        Client = new ImageSearchClient(options);
        Terminal = terminal;
    }

    public ImageSearchClient Client { get; }

    public Terminal Terminal { get; }

    public Uri Server => _options.Server;

    /// <exception cref="UsageException">The server is none.</exception>
    public static CliContext Create(ParseResult parsed)
    {
        var server = parsed.GetValue(GlobalOptions.Server) ?? Variable(GlobalOptions.ServerVariable) ?? GlobalOptions.DefaultServer;
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new UsageException(
                $"The server must be a whole http or https address such as {GlobalOptions.DefaultServer}, and '{server}' is not.");
        }

        var key = parsed.GetValue(GlobalOptions.ApiKey) ?? Variable(GlobalOptions.ApiKeyVariable);
        if (key?.Any(c => c is <= ' ' or > '~') == true)
        {
            throw new UsageException("The API key has characters that no key has: is all of it there, and nothing else?");
        }

        return new CliContext(
            new ImageSearchClientOptions { Server = uri, ApiKey = key, MaximumRetries = Retries },
            new Terminal(parsed.GetValue(GlobalOptions.Json)));
    }

    /// <summary>A client for long work, which outlasts a restart of the system.</summary>
    public ImageSearchClient CreatePatientClient(int retries) => new(_options with { MaximumRetries = retries });

    public void Dispose() => Client.Dispose();

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
