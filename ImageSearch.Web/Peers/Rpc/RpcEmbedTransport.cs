using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ImageSearch.Core.Rpc;
using ImageSearch.Web.Search;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace ImageSearch.Web.Peers.Rpc;

/// <summary>Request and reply over the model's queue: whichever extractor is free takes it.</summary>
internal sealed class RpcEmbedTransport(RpcChannelKeeper keeper, IOptions<SearchOptions> options) : IEmbedTransport
{
    public async Task<EmbedResponse?> EmbedAsync(EmbedQuery query, CancellationToken cancellationToken)
    {
        if (query.Content.Length > options.Value.MaximumRpcBytes)
        {
            throw new RpcException(RpcFailure.TooLarge);
        }

        // It is opened in the background: no search waits for a broker that is away.
        var channel = keeper.Current ?? throw new RpcException(RpcFailure.Unreachable);
        var queue = EmbedRpc.Queue(query.Model.Name);
        using var activity = SearchTelemetry.Source.StartActivity("embed", ActivityKind.Client);
        activity?.SetTag("messaging.system", "rabbitmq").SetTag("messaging.destination.name", queue);
        try
        {
            return Read(await channel.CallAsync(queue, Properties(query), query.Content, cancellationToken));
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            throw;
        }
    }

    private static EmbedResponse? Read(RpcReply reply)
    {
        if (reply.ContentType != EmbedRpc.ProblemType)
        {
            return JsonSerializer.Deserialize<EmbedResponse>(reply.Body, JsonSerializerOptions.Web);
        }

        var problem = JsonSerializer.Deserialize<ProblemDetails>(reply.Body, JsonSerializerOptions.Web);
        var status = problem?.Status ?? StatusCodes.Status500InternalServerError;
        PeerProblem.ThrowIfRefused(status, problem);
        throw new HttpRequestException("The extractor could not embed the picture.", null, (HttpStatusCode)status);
    }

    private static BasicProperties Properties(EmbedQuery query)
    {
        var timeout = Math.Max(1, (long)query.Timeout.TotalMilliseconds);
        var properties = new BasicProperties
        {
            ContentType = "application/octet-stream",
            DeliveryMode = DeliveryModes.Transient, // a query does not outlive the broker
            Expiration = timeout.ToString(CultureInfo.InvariantCulture),
            Headers = new Dictionary<string, object?> { [EmbedRpc.TimeoutHeader] = timeout },
        };
        if (query.Crop is { } crop)
        {
            properties.Headers[EmbedRpc.CropHeader] = crop.ToString();
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } parent })
        {
            properties.Headers[EmbedRpc.TraceParentHeader] = parent;
        }

        return properties;
    }
}
