using ImageSearch.Core.Imaging;
using ImageSearch.Core.Imports;
using ImageSearch.Ingest.Fetching;
using ImageSearch.Ingest.Intake;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>What an import consists of, always in the same order.</summary>
internal sealed class ImportSources(PictureFetcher fetcher, FileBuffers buffers, FolderRoots roots, IOptions<ImageLimits> limits)
{
    /// <exception cref="ServiceDefaults.Errors.ProblemException">The folder is gone, or no longer allowed.</exception>
    /// <param name="after">Only what comes behind this path of a folder import.</param>
    public IEnumerable<ImportSource> List(ImportRecord import, string? after = null)
    {
        if (import.Folder is null)
        {
            return import.Urls.Select(url => new ImportSource(
                SourceName.Clean(url, SourceName.MaximumUrlLength), Path: null, token => fetcher.FetchAsync(url, token)));
        }

        // Checked again: links may have changed since the request.
        var folder = roots.Find(import.Folder);
        return FolderWalker.Walk(folder.Path, after).Select(entry => new ImportSource(
            SourceName.Clean(Path.GetRelativePath(folder.Root, entry.Path).Replace(Path.DirectorySeparatorChar, '/')),
            Path.GetRelativePath(folder.Path, entry.Path),
            token => entry.Problem is null ? ReadAsync(entry.Path, folder.Root, token) : throw new ImportSourceException(entry.Problem)));
    }

    private async Task<FileBuffer> ReadAsync(string path, string root, CancellationToken cancellationToken)
    {
        await using var file = FolderFile.Open(path, root);
        var buffer = await buffers.RentAsync(cancellationToken);
        try
        {
            return await buffer.FillAsync(file, limits.Value.MaximumBytes, cancellationToken)
                ? buffer
                : throw new ImportSourceException($"too large: at most {limits.Value.MaximumBytes} bytes are taken.");
        }
        catch (Exception e)
        {
            buffer.Dispose();
            throw e is IOException ? new ImportSourceException(FolderFile.Unreadable) : e;
        }
    }
}
