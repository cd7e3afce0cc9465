using System.Net;
using ImageSearch.Client;
using ImageSearch.Client.Images;

namespace ImageSearch.Cli.Importing;

/// <summary>Sends files, several uploads at a time, and keeps account of what became of each.</summary>
internal sealed class LocalImport(ImageSearchClient client, ImportJournal journal, ImportTally tally, IReadOnlyList<string> tags)
{
    /// <exception cref="ImageSearchException">The system cannot take any more now.</exception>
    public Task RunAsync(IEnumerable<IReadOnlyList<LocalFile>> batches, int parallel, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
        batches,
        new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
        async (batch, token) => await SendAsync(batch, token));

    private async Task SendAsync(IReadOnlyList<LocalFile> batch, CancellationToken cancellationToken)
    {
        var files = batch.Where(IsReadable).ToList();
        if (files.Count == 0)
        {
            return;
        }

        var progress = new BatchProgress(tally, files.Sum(file => file.Length));
        try
        {
            var options = new UploadOptions { Tags = tags, IdempotencyKey = Guid.NewGuid().ToString("N"), Progress = progress };
            var answer = await client.Images.UploadAsync(
                [.. files.Select(file => UploadFile.FromFile(file.Path, file.Name))], options, cancellationToken);
            progress.Settle();
            Settle(files, answer.Images);
        }
        catch (ImageSearchException e) when (e.StatusCode == HttpStatusCode.RequestEntityTooLarge)
        {
            // A proxy in front, or an operator, allows less in one upload.
            progress.Report(default);
            await SendHalvesAsync(files, e.Message, cancellationToken);
        }
    }

    private async Task SendHalvesAsync(List<LocalFile> files, string reason, CancellationToken cancellationToken)
    {
        if (files.Count == 1)
        {
            tally.Moved(files[0].Length);
            tally.Rejected(files[0].Name, reason);
            return;
        }

        await SendAsync(files[..(files.Count / 2)], cancellationToken);
        await SendAsync(files[(files.Count / 2)..], cancellationToken);
    }

    private void Settle(List<LocalFile> files, IReadOnlyList<UploadedImage> images)
    {
        if (images.Count != files.Count)
        {
            throw new ImageSearchException(
                $"The answer tells of {images.Count} files, and {files.Count} were sent. Is it an ImageSearch of the same version?");
        }

        List<LocalFile> taken = [];
        foreach (var (file, image) in files.Zip(images))
        {
            if (image.State is UploadState.Accepted or UploadState.Duplicate)
            {
                tally.Taken(image.Id, image.State == UploadState.Accepted);
                taken.Add(file);
            }
            else
            {
                tally.Rejected(file.Name, image.Reason ?? "rejected without a reason");
            }
        }

        journal.Add(taken);
    }

    /// <summary>A file that cannot be opened must not fail the upload of the others.</summary>
    private bool IsReadable(LocalFile file)
    {
        try
        {
            using var handle = File.OpenHandle(file.Path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tally.Moved(file.Length);
            tally.Rejected(file.Name, e is UnauthorizedAccessException ? "you may not read the file" : "the file cannot be read any more");
            return false;
        }
    }
}
