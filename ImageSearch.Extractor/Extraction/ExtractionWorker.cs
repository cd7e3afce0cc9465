using System.Threading.Channels;
using ImageSearch.Core;
using ImageSearch.Core.Queue;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Extraction;

/// <summary>Takes pictures from the model's work queue and sees each of them through to its outcome.</summary>
internal sealed class ExtractionWorker(
    IWorkQueue queue,
    PictureExtraction extraction,
    OutcomeWriter writer,
    LoadedModel host,
    Preparation preparation,
    IHostApplicationLifetime lifetime,
    IOptions<ModelOptions> model,
    IOptions<ExtractorOptions> options,
    IOptions<WorkQueueOptions> queueOptions,
    ILogger<ExtractionWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        var max = options.Value.Prefetch;
        var isKnown = false;
        try
        {
            await host.WaitAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    if (!isKnown)
                    {
                        await preparation.RequireSameAsync(stoppingToken);
                        isKnown = true;
                    }

                    var deliveries = await queue.ReceiveAsync(model.Value.Name, max, Wait, stoppingToken);
                    var anySuspect = await WorkAsync(deliveries, stoppingToken);
                    // Where one was suspect the next may be: taking them singly saves giving them back.
                    max = anySuspect ? 1 : options.Value.Prefetch;
                    pause = FirstPause;
                }
                catch (ModelException e)
                {
                    // As for a file that is not the declared one: no retry mends a declaration.
                    Log.ModelUnusable(logger, model.Value.Name, e.Message);
                    Environment.ExitCode = ServiceStart.FailedExitCode;
                    lifetime.StopApplication();
                    return;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    if (e is not StorageException)
                    {
                        Log.BackendFailed(logger, pause.TotalSeconds, e.Message, e is BackendUnavailableException ? null : e);
                    }

                    await Task.Delay(pause, stoppingToken);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopping: what was in work has gone back
        }
    }

    /// <returns>Whether there was one that an earlier attempt did not finish.</returns>
    private async Task<bool> WorkAsync(IReadOnlyList<WorkDelivery> deliveries, CancellationToken stopping)
    {
        // An earlier attempt may have ended with its process. Such a picture is tried with nothing else in hand, so that one that kills its
        // worker neither takes others along nor uses up their attempts.
        var suspect = deliveries.FirstOrDefault(delivery => delivery.Attempt > 1);
        if (suspect is not null)
        {
            await queue.ReturnAsync([.. deliveries.Where(delivery => delivery != suspect)], stopping);
            deliveries = [suspect];
        }

        if (deliveries.Count > 0)
        {
            await ProcessAsync(deliveries, stopping);
        }

        return suspect is not null;
    }

    /// <exception cref="BackendUnavailableException">
    /// A server was away, so that there was nothing to be done; everything has gone back.
    /// </exception>
    private async Task ProcessAsync(IReadOnlyList<WorkDelivery> deliveries, CancellationToken stopping)
    {
        BackendUnavailableException? unavailable = null;
        await using var leases = new LeaseKeeper(queue, deliveries, queueOptions.Value.Lease, logger);
        var outcomes = Channel.CreateBounded<Outcome>(deliveries.Count);
        var work = WorkOnAllAsync();

        // Results are written down as they come, those that come together in one transaction: a slow picture holds up no other.
        while (await outcomes.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var ready = new List<Outcome>(deliveries.Count);
            while (outcomes.Reader.TryRead(out var outcome))
            {
                leases.LetGo(outcome.Delivery);
                unavailable = (outcome as Outcome.Return)?.Unavailable ?? unavailable;
                ready.Add(outcome);
            }

            unavailable = await writer.SettleAsync(ready, stopping) ?? unavailable;
        }

        await work;
        if (unavailable is not null)
        {
            throw unavailable;
        }

        async Task WorkOnAllAsync()
        {
            await Task.WhenAll(deliveries.Select(async delivery =>
                outcomes.Writer.TryWrite(await extraction.RunAsync(delivery, stopping))));
            outcomes.Writer.Complete();
        }
    }
}
