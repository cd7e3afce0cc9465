using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Overload;

/// <summary>
/// Stands in front of what takes work, before anything of a body is read:
/// <code>
/// search -> line full? memory? -> body is read -> a place (SearchService) -> embedding, shards
/// upload -> a place -> body is passed on
/// </code>
/// A search takes its place when its picture is there, so that clients who send slowly do not keep others from searching. Everything else,
/// health checks above all, passes by.
/// </summary>
internal sealed class OverloadMiddleware(RequestDelegate next, OverloadGates gates, IOptions<ImageLimits> limits)
{
    private static readonly PathString Search = ApiAddress.Prefix + "/search";
    private static readonly PathString Images = ApiAddress.Prefix + "/images";
    private static readonly PathString Imports = ApiAddress.Prefix + "/imports";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await (IsSearch(context.Request) ? SearchAsync(context) : IsUpload(context.Request) ? UploadAsync(context) : next(context));
        }
        catch (ProblemException e) when (e.Slug == "busy" && !context.Response.HasStarted)
        {
            await ProblemFilter.Answer(context, e).ExecuteAsync(context);
        }
    }

    private static bool IsSearch(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.StartsWithSegments(Search, StringComparison.OrdinalIgnoreCase);

    private static bool IsUpload(HttpRequest request) => HttpMethods.IsPost(request.Method)
        && (Is(request.Path, Images) || Is(request.Path, Imports));

    private static bool Is(PathString path, PathString other) =>
        path.StartsWithSegments(other, StringComparison.OrdinalIgnoreCase, out var rest) && (!rest.HasValue || rest == "/");

    private async Task SearchAsync(HttpContext context)
    {
        gates.Searches.ThrowIfFull();
        if (!gates.SearchBytes.HasRoom(Math.Min(context.Request.ContentLength ?? 0, limits.Value.MaximumBytes)))
        {
            throw gates.Searches.Refuse("memory");
        }

        var body = new CountedBody(context.Request.Body, gates.SearchBytes, () => gates.Searches.Refuse("memory"));
        context.Request.Body = body;
        try
        {
            await next(context);
        }
        finally
        {
            body.GiveBack();
        }
    }

    private async Task UploadAsync(HttpContext context)
    {
        using var place = await gates.Uploads.EnterAsync(context.RequestAborted);
        await next(context);
    }
}
