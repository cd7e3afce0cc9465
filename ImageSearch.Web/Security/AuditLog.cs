using System.Collections.Concurrent;
using ImageSearch.Web.Security.Keys;

namespace ImageSearch.Web.Security;

/// <summary>
/// One line for everything that changes something or tried to: who, from where, what, and what became of it. Category
/// <c>ImageSearch.Audit</c>.
/// </summary>
internal static class AuditLog
{
    public const string Category = "ImageSearch.Audit";

    private const int MaximumPathLength = 512;
    private static readonly object Details = new();

    public static IApplicationBuilder UseAuditLog(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(Category);
        return app.Use(async (context, next) =>
        {
            // Taken before: handlers of errors forget which endpoint it was.
            var endpoint = context.GetEndpoint();
            if (Access.KindOf(endpoint, context.Request.Method) != CallKind.Write)
            {
                await next(context);
                return;
            }

            try
            {
                await next(context);
            }
            finally
            {
                Write(logger, context, endpoint);
            }
        });
    }

    /// <summary>Adds to the request's line what its address does not say, such as the id of what was made. Never a secret.</summary>
    public static void AddAuditDetail(this HttpContext context, string detail)
    {
        if (context.Items.TryGetValue(Details, out var known))
        {
            ((ConcurrentQueue<string>)known!).Enqueue(detail);
        }
        else
        {
            context.Items[Details] = new ConcurrentQueue<string>([detail]);
        }
    }

    private static void Write(ILogger logger, HttpContext context, Endpoint? endpoint)
    {
        var path = context.Request.Path.ToUriComponent();
        SecurityLog.Audited(
            logger,
            endpoint?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "-",
            context.Request.Method,
            path.Length <= MaximumPathLength ? path : path[..MaximumPathLength],
            KeyHolder.Of(context.User) is { } holder ? $"key {holder.Id} ({holder.Name})" : "anonymous",
            context.Connection.RemoteIpAddress?.ToString(),
            // A client that went away was answered nothing: 499 as other servers log it.
            context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted
                ? StatusCodes.Status499ClientClosedRequest
                : context.Response.StatusCode,
            context.Items.TryGetValue(Details, out var details) ? $" [{string.Join("; ", (ConcurrentQueue<string>)details!)}]" : "");
    }
}
