using System.CommandLine;
using System.Net;
using ImageSearch.Cli.Output;
using ImageSearch.Client;

namespace ImageSearch.Cli;

/// <summary>Runs commands, and turns what can go wrong into one sentence and an exit code.</summary>
internal static class CommandExtensions
{
    public static Command WithAction(this Command command, Func<CliContext, ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                using var cli = CliContext.Create(parsed);
                return await action(cli, parsed, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                Terminal.Complain("Stopped.");
                return ExitCode.Interrupted;
            }
            catch (ImageSearchException e)
            {
                Terminal.Complain(e.Message + Hint(e));
                return ExitCode.Failed;
            }
            catch (UsageException e)
            {
                Terminal.Complain(e.Message);
                return ExitCode.Usage;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Terminal.Complain(e.Message);
                return ExitCode.Failed;
            }
        });
        return command;
    }

    public static Command WithAction(this Command command, Func<CliContext, ParseResult, CancellationToken, Task> action) =>
        command.WithAction(async (cli, parsed, cancellationToken) =>
        {
            await action(cli, parsed, cancellationToken);
            return ExitCode.Good;
        });

    private static string Hint(ImageSearchException e) => e switch
    {
        { StatusCode: HttpStatusCode.Unauthorized } => $" Give a key in ${GlobalOptions.ApiKeyVariable} or with --api-key.",
        { StatusCode: null, InnerException: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } } =>
            $" Name another with --server or ${GlobalOptions.ServerVariable}.",
        { RetryAfter: { TotalSeconds: >= 1 } wait } => $" It asks for {wait.TotalSeconds:0} s of patience.",
        _ => "",
    };
}
