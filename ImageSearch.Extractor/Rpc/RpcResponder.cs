using System.Diagnostics;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Rpc;
using ImageSearch.Extractor.Api;
using ImageSearch.Extractor.Models;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Rpc;

/// <summary>Answers one query over RabbitMQ, within its time.</summary>
internal sealed class RpcResponder(
    QueryEmbedding queries,
    IOptions<ModelOptions> model,
    IOptions<ImageLimits> limits,
    ExtractorTelemetry telemetry,
    ILogger<RpcResponder> logger)
{
    /// <returns>The answer; null when the caller's time is up, and nobody is there to read one.</returns>
    /// <exception cref="OperationCanceledException">It was not worked on to its end, and another replica may do it.</exception>
    public async Task<RpcReply?> AnswerAsync(EmbedRequest request, CancellationToken cancellationToken)
    {
        ActivityContext.TryParse(request.TraceParent, null, isRemote: true, out var parent);
        using var trace = ExtractorTelemetry.Activities.StartActivity("embed", ActivityKind.Server, parent);
        trace?.SetTag("imagesearch.model", model.Value.Name).SetTag("messaging.system", "rabbitmq");
        if (request.Timeout is not { } timeout)
        {
            return RpcReply.Of(new ProblemException(
                StatusCodes.Status400BadRequest, "invalid-request", $"Say in the header {EmbedRpc.TimeoutHeader} how many milliseconds you wait, up to {EmbedRpc.LongestTimeout.TotalMilliseconds}."));
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // While the request lay in the queue the broker saw to its time. Waiting here counts from its arrival: clocks of machines differ.
        deadline.CancelAfter(timeout);
        try
        {
            var reply = RpcReply.Of(await queries.EmbedAsync(request.Crop, _ => Content(request), deadline.Token));
            return deadline.IsCancellationRequested ? Expired(trace) : reply;
        }
        catch (ProblemException e)
        {
            trace?.SetTag("error.type", e.Slug);
            return RpcReply.Of(e);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Expired(trace);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            trace?.AddException(e).SetStatus(ActivityStatusCode.Error);
            Log.QueryFailed(logger, e);
            return RpcReply.Of(new ProblemException(
                StatusCodes.Status500InternalServerError, "internal-error", "The extractor failed. Its log has the cause."));
        }
    }

    private RpcReply? Expired(Activity? trace)
    {
        trace?.SetTag("error.type", "expired");
        telemetry.Expired();
        Log.QueryExpired(logger);
        return null;
    }

    private Task<ReadOnlyMemory<byte>> Content(EmbedRequest request) => request.Content.Length <= limits.Value.MaximumBytes
        ? Task.FromResult(request.Content)
        : throw RequestBody.TooLarge(limits.Value.MaximumBytes);
}
