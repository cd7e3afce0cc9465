using ImageSearch.Core.Images;
using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Web.Search;

/// <summary>Reads a search request: a picture in a form, or JSON that names one. The body's values win over the query string's.</summary>
internal sealed class SearchRequestReader(IOptions<SearchOptions> options, IOptions<ImageLimits> limits)
{
    // Of a picture that is too large, so much more is taken before the connection is closed: the client is to see the reason.
    private const int TakenBeyondLimit = 4;

    /// <exception cref="ProblemException">The request is no search.</exception>
    public async Task<SearchQuery> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        request.HttpContext.LimitBody(limits.Value.MaximumBytes * TakenBeyondLimit);

        _ = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        if (type is not null && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                var form = await SearchForm.ReadAsync(request.Body, type, limits.Value.MaximumBytes, cancellationToken);
                return new SearchQuery(new QuerySource.Upload(form.File), Parameters(form.Fields));
            }
            catch (ProblemException)
            {
                await request.HttpContext.DrainRequestBodyAsync();
                throw;
            }
        }

        if (type is not null && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            var fields = await SearchJson.ReadAsync(request.Body, cancellationToken);
            return new SearchQuery(Named(fields), Parameters(fields));
        }

        throw Problem.UnsupportedContent("Send multipart/form-data with a part named file, or application/json with url or imageId.");

        SearchParameters Parameters(IReadOnlyDictionary<string, string> fields) => SearchParametersReader.Read(
            name => fields.GetValueOrDefault(name) ?? request.Query[name].FirstOrDefault() ?? (name == "sticky" ? request.Headers["X-Client-Id"].FirstOrDefault() : null),
            options.Value);
    }

    private static QuerySource Named(IReadOnlyDictionary<string, string> fields)
    {
        var url = fields.GetValueOrDefault("url");
        var id = fields.GetValueOrDefault("imageId");
        if (string.IsNullOrEmpty(url) == string.IsNullOrEmpty(id))
        {
            throw Problem.InvalidRequest("Give exactly one picture to search by: url, or imageId, or a form with a file.");
        }

        if (!string.IsNullOrEmpty(id))
        {
            return ImageId.TryParse(id, null, out var imageId)
                ? new QuerySource.Stored(imageId)
                : throw Problem.InvalidParameter("imageId", "imageId must be 64 hexadecimal digits.");
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? new QuerySource.Url(url!)
            : throw Problem.InvalidParameter("url", "url must be a whole http or https address.");
    }
}
