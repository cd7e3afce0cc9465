using System.Security.Cryptography;
using ImageSearch.Core.Imports;
using ImageSearch.Ingest.Fetching;
using ImageSearch.Ingest.Intake;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>
/// Makes an import of a request, or says what is wrong with it. A bad URL among good ones becomes a problem of the import; a request
/// without a single good one is refused.
/// </summary>
internal sealed class ImportRequestReader(FolderRoots roots, IOptions<IngestOptions> options, TimeProvider time)
{
    /// <exception cref="ProblemException">The request is wrong.</exception>
    public ImportRecord Read(ImportRequest request)
    {
        if (request.Urls is null == request.Folder is null)
        {
            throw Invalid("invalid-import", "Give either 'urls' or 'folder', not both and not neither.");
        }

        var tags = new TagSet();
        foreach (var tag in request.Tags ?? [])
        {
            tags.Add(tag);
        }

        var import = new ImportRecord(RandomNumberGenerator.GetHexString(32, lowercase: true), [], null, tags.ToList(), time.GetUtcNow());
        return request.Urls is { } urls
            ? import with { Urls = Checked(urls), Total = urls.Count }
            : import with { Folder = roots.Find(request.Folder!).Path };
    }

    private IReadOnlyList<string> Checked(IReadOnlyList<string?> urls)
    {
        if (urls.Count > options.Value.MaximumUrls)
        {
            throw Invalid("too-many-urls", $"At most {options.Value.MaximumUrls} URLs are taken at once: start several imports.");
        }

        if (!urls.Any(url => FetchUrl.TryParse(url, out _)))
        {
            throw Invalid("invalid-urls", $"'urls' has no entry that can be fetched: each must be {FetchUrl.Rule}.");
        }

        // What is too long to be fetched is too long to be kept: its beginning tells the reader which one it was.
        return [.. urls.Select(
            url => url is { Length: > SourceName.MaximumUrlLength } ? url[..(SourceName.MaximumUrlLength + 1)] : url ?? "")];
    }

    private static ProblemException Invalid(string problem, string message) => new(StatusCodes.Status400BadRequest, problem, message);
}
