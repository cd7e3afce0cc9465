using System.Diagnostics;
using ImageSearch.Core;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Models;

/// <summary>
/// Fetches, checks and loads the declared model while the service already answers that it is alive. What cannot be used stops the
/// process with one line: no retry would mend a declaration, and the other models' extractors are processes of their own. A source that
/// cannot be reached ends it with another exit code, after which the AppHost starts it again.
/// </summary>
internal sealed class ModelLoader(
    ModelFiles files,
    LoadedModel host,
    IOptions<ModelOptions> model,
    IOptions<ExtractorOptions> options,
    ProcessorFeatures processor,
    IHostApplicationLifetime lifetime,
    ILogger<ModelLoader> logger) : BackgroundService
{
    private const int FetchFailedExitCode = 1;

    private static readonly TimeSpan RoomPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host waits for the first asynchronous step; loading a large network is none.
        await Task.Yield();
        try
        {
            var started = Stopwatch.GetTimestamp();
            var path = await WithRoomAsync(() => files.GetModelAsync(stoppingToken), stoppingToken);
            var labels = await WithRoomAsync(() => files.GetLabelsAsync(stoppingToken), stoppingToken);
            var network = OnnxModel.Load(path, model.Value, labels, options.Value.InferenceThreads, options.Value.ExecutionProvider);
            if (network.IsEightBit && !processor.ByteDotProducts && options.Value.ExecutionProvider == ExecutionProvider.Cpu)
            {
                Log.ProcessorWithoutByteDotProducts(logger, model.Value.Key);
            }

            var text = await WithRoomAsync(() => files.GetTextAsync(stoppingToken), stoppingToken);
            host.Publish(network, text is null ? null : TextEncoder.Load(text, model.Value, options.Value.InferenceThreads));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Log.ModelLoaded(logger, model.Value.Key, model.Value.Dimension, seconds);
        }
        catch (ModelException e)
        {
            Log.ModelUnusable(logger, model.Value.Name, e.Message);
            Environment.ExitCode = e.Passes ? FetchFailedExitCode : ServiceStart.FailedExitCode;
            // A host that is told to stop before it has started takes that for a failure of its own, and says so with a stack trace.
            await StartedAsync(stoppingToken);
            lifetime.StopApplication();
        }
    }

    /// <summary>A full disk passes when somebody frees space: until then the service is alive and not ready.</summary>
    private async Task<T> WithRoomAsync<T>(Func<Task<T>> fetch, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                return await fetch();
            }
            catch (BackendUnavailableException e)
            {
                Log.ModelWaits(logger, model.Value.Name, e.Message);
                await Task.Delay(RoomPause, stoppingToken);
            }
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }
}
