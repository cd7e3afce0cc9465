using ImageSearch.Core.Imaging;
using ImageSearch.Web.Search;
using ImageSearch.Web.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Web.Previews;

/// <summary>
/// <c>POST /api/v1/preview</c>: a small version of a picture on the web, for the search page, whose policy lets it load nothing from
/// elsewhere. Part of the page and not of the API: POST, so that no link and no other site makes this server fetch anything.
/// </summary>
internal static class PreviewApi
{
    public static RouteGroupBuilder MapPreviewApi(this RouteGroupBuilder api)
    {
        api.MapPost("/preview", PreviewAsync).IsSearch().ExcludeFromDescription();
        return api;
    }

    private static async Task<FileContentHttpResult> PreviewAsync(
        HttpContext context, SearchRequestReader requests, QueryPictureReader pictures, PreviewMaker previews,
        CancellationToken cancellationToken)
    {
        var query = await requests.ReadAsync(context.Request, cancellationToken);
        if (query.Source is not QuerySource.Url)
        {
            throw Problem.InvalidRequest("""Send JSON such as {"url": "https://example.org/cat.jpg"}.""");
        }

        var content = await pictures.ReadAsync(query.Source, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(await previews.CreateAsync(content, cancellationToken), Thumbnailer.ContentType);
    }
}
