using ImageSearch.Cli.Output;
using ImageSearch.Client;

namespace ImageSearch.Cli.Importing;

/// <summary>Follows an import that the server carries out.</summary>
internal static class ServerImport
{
    /// <exception cref="OperationCanceledException">A person has seen enough; the server goes on.</exception>
    public static async Task<ImportStatus> WatchAsync(CliContext cli, string id, CancellationToken cancellationToken)
    {
        var status = await cli.Client.Imports.GetAsync(id, cancellationToken);
        try
        {
            await new ProgressView(cli.Terminal, "Imported", () => Sample(status)).RunAsync(async () =>
            {
                await foreach (var next in cli.Client.Imports.WatchAsync(id, cancellationToken))
                {
                    status = next;
                }
            });
            return status;
        }
        catch (OperationCanceledException)
        {
            Terminal.Note($"The server goes on with it. Follow it with: imagesearch imports watch {id}; end it with: imagesearch imports cancel {id}");
            throw;
        }
        catch (ImageSearchException)
        {
            Terminal.Note($"Follow it again with: imagesearch imports watch {id}");
            throw;
        }
    }

    private static ProgressSample Sample(ImportStatus status)
    {
        var settled = status.Accepted + status.Duplicate + status.Rejected;
        return new ProgressSample(settled, status.Total, status.Total is > 0 and var total ? (double)settled / total : null);
    }
}
