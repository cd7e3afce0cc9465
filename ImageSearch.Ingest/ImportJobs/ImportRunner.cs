using ImageSearch.Core;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Imports;
using ImageSearch.Core.Store;
using ImageSearch.Ingest.Fetching;
using ImageSearch.Ingest.Intake;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>Settles single sources: reads one, takes the picture in, and says what became of it.</summary>
internal sealed class ImportRunner(PictureIntake intake, IngestTelemetry telemetry, TimeProvider time, ILogger<ImportRunner> logger)
{
    /// <summary>Pauses before another try after a failure that is not the source's: the store or the disk.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)];

    public async Task<SourceOutcome> SettleAsync(ImportSource source, ImportRecord import, CancellationToken cancellationToken)
    {
        using var activity = telemetry.Activities.StartActivity("import picture");
        var outcome = await TryAsync(source, import, cancellationToken);
        telemetry.ImageSettled(outcome.State);
        telemetry.ImportSourceSettled(import.Folder is null ? "url" : "folder", outcome.State);
        return outcome;
    }

    private async Task<SourceOutcome> TryAsync(ImportSource source, ImportRecord import, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await TakeInAsync(source, import.Tags, cancellationToken);
            }
            catch (Exception e) when (e is FetchException or ImportSourceException)
            {
                return Rejected(source, import, e.Message);
            }
            catch (InvalidImageException e)
            {
                return Rejected(source, import, $"not a picture: {e.Message}");
            }
            catch (Exception e) when (IsOfTheService(e, cancellationToken))
            {
                // However long it lasts: no source is given up for it. What is away or full is said once, by whoever watches over it.
                if (e is not BackendUnavailableException)
                {
                    Log.ImportSourceWaits(logger, import.Id, source.Name, e.Message);
                }

                await Task.Delay(Pauses[Math.Min(attempt, Pauses.Length - 1)], time, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException && attempt < Pauses.Length)
            {
                Log.ImportSourceRetried(logger, import.Id, source.Name, e);
                await Task.Delay(Pauses[attempt], time, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One source that always fails must not hold up the others for ever.
                Log.ImportSourceFailed(logger, import.Id, source.Name, e);
                return Rejected(
                    source, import, e is ProblemException ? e.Message : "not stored: this service failed to store the picture, and its log says why; import it again.");
            }
        }
    }

    /// <summary>A store that is away or slow, a full disk, too much to do: nothing of it is the source's doing.</summary>
    private static bool IsOfTheService(Exception e, CancellationToken cancellationToken) => e
        is BackendUnavailableException { MayPass: true } or ProblemException { Status: StatusCodes.Status503ServiceUnavailable }
        || (e is OperationCanceledException or TimeoutException && !cancellationToken.IsCancellationRequested);

    private async Task<SourceOutcome> TakeInAsync(ImportSource source, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        ReceivedPicture picture;
        using (var buffer = await source.ReadAsync(cancellationToken))
        {
            picture = await intake.ReceiveAsync(buffer.Content, source.Name, cancellationToken);
        }

        IReadOnlyList<AddOutcome> outcomes = await intake.AddAsync([picture], tags, cancellationToken);
        return new SourceOutcome(source.Name, outcomes[0].ToState());
    }

    private SourceOutcome Rejected(ImportSource source, ImportRecord import, string reason)
    {
        Log.ImportSourceRejected(logger, import.Id, source.Name, reason);
        return new SourceOutcome(source.Name, UploadState.Rejected, reason);
    }
}
