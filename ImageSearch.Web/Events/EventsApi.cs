using System.ComponentModel;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Images;
using ImageSearch.Web.Imports;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Events;

/// <summary>Server-sent events: what happens, as it happens.</summary>
internal static class EventsApi
{
    private const string ContentType = "text/event-stream";
    private const int MaximumIds = 500;

    /// <summary>
    /// Room for so many ids, each with a comma that may be escaped, in the address: a browser's event source can send no body.
    /// </summary>
    private const int MaximumRequestLine = 48 * 1024;

    public static IHostApplicationBuilder AddEvents(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<EventOptions>().BindConfiguration(EventOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestLineSize = MaximumRequestLine);
        services.AddSingleton<EventStreams>();
        services.AddHttpClient<ImportStatusClient>();
        return builder;
    }

    public static RouteGroupBuilder MapEventsApi(this RouteGroupBuilder api)
    {
        api.MapGet("/images/events", ImagesAsync).WithTags("Images")
            .WithName("imageEvents")
            .WithSummary("Be told when pictures are searchable")
            .WithDescription(
                "Server-sent events, for every picture and model one of `searchable` {id, model, version} and `failed` {id, model, reason}; `gone` {id} for a picture "
                + "that there is not. What has become of them before is told first. `done` {searchable, failed, gone} ends the stream; without it, it has ended because "
                + "its time was over (10 minutes) or the service stops: open it again.")
            .Produces<string>(StatusCodes.Status200OK, ContentType)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/imports/{id}/events", ImportAsync).WithTags("Imports")
            .WithName("importEvents")
            .WithSummary("Follow an import")
            .WithDescription(
                "Server-sent events `progress`, whose data is what `GET /api/v1/imports/{id}` answers, at once and each time it changes; `done` with the same data when "
                + "every source is settled. A stream lasts 10 minutes at most: open it again.")
            .Produces<string>(StatusCodes.Status200OK, ContentType)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return api;
    }

    private static EventStreamResult ImagesAsync(
        EventStreams streams,
        IImageStore store,
        IOptions<ModelRoutes> models,
        IOptions<EventOptions> options,
        TimeProvider time,
        [Description("1 to 500 pictures, separated by commas.")] string? ids = null)
    {
        var pictures = BulkRequests.Ids(
            ids?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), MaximumIds);
        return new EventStreamResult(
            streams, new ImageEvents(pictures, [.. models.Value.Select(model => model.Key)], store, options.Value.SearchableAfter, time));
    }

    private static async Task<EventStreamResult> ImportAsync(
        string id, EventStreams streams, ImportStatusClient imports, CancellationToken cancellationToken)
    {
        ImportsApi.ThrowUnlessId(id);
        try
        {
            _ = await imports.FindAsync(id, cancellationToken) ?? throw ImportsApi.Unknown();
        }
        catch (ProblemException e) when (e.Status >= StatusCodes.Status500InternalServerError)
        {
            // It may soon be back: the stream waits for it.
        }

        return new EventStreamResult(streams, new ImportEvents(id, imports));
    }
}
