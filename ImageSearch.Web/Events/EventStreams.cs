using ImageSearch.Core;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Events;

/// <summary>
/// Runs streams of events. One ends when its source has no more to tell, when its client leaves, after a while (browsers come back by
/// themselves) and when the service stops: a shutdown waits for none. While the store is away a stream stays open and looks again.
/// </summary>
internal sealed class EventStreams(
    IOptions<EventOptions> options, IOptions<JsonOptions> json, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<EventStreams> logger) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.MaximumStreams);

    public int Open => options.Value.MaximumStreams - _slots.CurrentCount;

    /// <exception cref="ProblemException">There are too many streams.</exception>
    public async Task RunAsync(HttpContext context, IEventSource source)
    {
        if (!_slots.Wait(0, CancellationToken.None))
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "busy",
                "Too many streams of events are open. Try again in a few seconds, or ask for the state instead.");
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            end.CancelAfter(options.Value.MaximumDuration);
            try
            {
                var writer = await BeginAsync(context, end.Token);
                if (!HttpMethods.IsHead(context.Request.Method))
                {
                    await SendAsync(writer, source, end.Token);
                }
            }
            catch (Exception e) when (end.IsCancellationRequested && e is OperationCanceledException or IOException)
            {
                // All the ways in which streams end before their source does; nobody waits for an answer.
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<EventWriter> BeginAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // nginx would otherwise keep events until it has a page of them
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var writer = new EventWriter(response.Body, json, options.Value.Heartbeat, time);
        await writer.BeginAsync(cancellationToken);
        return writer;
    }

    private async Task SendAsync(EventWriter writer, IEventSource source, CancellationToken cancellationToken)
    {
        var pause = options.Value.PollInterval;
        while (true)
        {
            var progress = await LookAsync(writer, source, cancellationToken);
            if (progress == EventProgress.Ended)
            {
                return;
            }

            await writer.KeepAliveAsync(cancellationToken);
            pause = progress == EventProgress.News ? options.Value.PollInterval : Shorter(pause * 1.5, options.Value.LongestPollInterval);
            await Task.Delay(Shorter(pause, options.Value.Heartbeat), time, cancellationToken);
        }
    }

    private async Task<EventProgress> LookAsync(EventWriter writer, IEventSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.SendNewsAsync(writer, cancellationToken);
        }
        catch (Exception e) when (e is BackendUnavailableException or ProblemException { Status: >= StatusCodes.Status500InternalServerError })
        {
            Log.EventsDelayed(logger, e.Message);
            return EventProgress.Nothing;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
