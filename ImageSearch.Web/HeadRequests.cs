using Microsoft.AspNetCore.StaticAssets;

namespace ImageSearch.Web;

/// <summary>HEAD is answered wherever GET is, with its status and headers: one rule instead of a method more at every endpoint.</summary>
internal static class HeadRequests
{
    private static readonly object Mark = new();

    /// <summary>
    /// Routes HEAD as GET. Everything behind routing sees HEAD again: the framework then reads no file that it will not send, and the
    /// server sends no body. First in the pipeline, as whatever stands before it sees no endpoint.
    /// </summary>
    public static void UseRoutingOfHead(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Items[Mark] = true;
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });
        app.UseRouting();
        app.Use((context, next) =>
        {
            // The framework leaves out a static file's length when it sees HEAD.
            if (context.Items.Remove(Mark) && context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            {
                context.Request.Method = HttpMethods.Head;
            }

            return next(context);
        });
    }

    /// <summary>Whether it asks for what GET answers, with its body or without.</summary>
    public static bool IsGetOrHead(this HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
}
