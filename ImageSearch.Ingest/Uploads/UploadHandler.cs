using ImageSearch.Core.Imaging;
using ImageSearch.Core.Store;
using ImageSearch.Ingest.Intake;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Uploads;

/// <summary>
/// Takes in the files of one multipart request in two steps.
/// <code>
///   1. read:   part -> buffer -> inspect, hash, store bytes   (a few files at a time, the next is read meanwhile)
///   2. commit: records, then queues                           (when the request has been read to its end)
/// </code>
/// A request that breaks off or proves to be wrong (too many files, a bad tag behind the files) has added nothing; one that was
/// read whole is committed even if its client has gone.
/// </summary>
internal sealed class UploadHandler(
    PictureIntake intake,
    FileBuffers buffers,
    IngestTelemetry telemetry,
    IOptions<ImageLimits> limits,
    IOptions<IngestOptions> options,
    ILogger<UploadHandler> logger)
{
    private const int LongestShownName = 64;
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromMinutes(2);

    public async Task<IReadOnlyList<UploadEntry>> ReadAsync(MultipartReader reader, TagSet tags, CancellationToken cancellationToken)
    {
        var files = new List<Task<UploadEntry>>();
        using var slots = new SemaphoreSlim(options.Value.UploadConcurrency);
        try
        {
            while (await FromClientAsync(() => reader.ReadNextSectionAsync(cancellationToken)) is { } section)
            {
                var part = UploadPart.Of(section);
                switch (part.Name)
                {
                    case "file" when files.Count == limits.Value.MaximumFiles:
                        throw new ProblemException(
                            StatusCodes.Status413PayloadTooLarge,
                            "too-many-files",
                            $"At most {limits.Value.MaximumFiles} files are taken at once: send several requests.");
                    case "file":
                        files.Add(await ReadFileAsync(part, slots, cancellationToken));
                        break;
                    case "tag":
                        tags.Add(await FromClientAsync(
                            () => part.ReadTextAsync(TagSet.MaximumBytes, cancellationToken)) ?? throw TagSet.TooLong());
                        break;
                    case "":
                        throw new ProblemException(
                            StatusCodes.Status400BadRequest, "invalid-parameters",
                            "A part of the form has no name: give each one, in its header Content-Disposition.");
                    default:
                        throw Unknown(part.Name);
                }
            }

            return await Task.WhenAll(files);
        }
        finally
        {
            // Whatever ended the reading: no file may still be worked on when the slots are gone.
            await Task.WhenAll(files).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    public async Task<IReadOnlyList<UploadedImage>> CommitAsync(IReadOnlyList<UploadEntry> entries, TagSet tags)
    {
        using var deadline = new CancellationTokenSource(CommitTimeout);
        List<ReceivedPicture> pictures = [.. entries.Select(entry => entry.Picture).OfType<ReceivedPicture>()];
        var outcomes = new Queue<AddOutcome>(await intake.AddAsync(pictures, tags.ToList(), deadline.Token));
        var images = new List<UploadedImage>(entries.Count);
        foreach (var entry in entries)
        {
            var image = entry.Picture is { } picture
                ? new UploadedImage(picture.Id, outcomes.Dequeue().ToState(), null, entry.Source)
                : entry.Rejected();
            telemetry.ImageSettled(image.State);
            images.Add(image);
        }

        return images;
    }

    /// <summary>Reads the file, which only one can at a time, and leaves the rest to a task of its own.</summary>
    private async Task<Task<UploadEntry>> ReadFileAsync(UploadPart part, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        var source = SourceName.Clean(part.FileName);
        await slots.WaitAsync(cancellationToken);
        var handedOver = false;
        FileBuffer? buffer = null;
        try
        {
            buffer = await buffers.RentAsync(cancellationToken);
            if (!await FromClientAsync(() => buffer.FillAsync(part.Body, limits.Value.MaximumBytes, cancellationToken)))
            {
                var reason = $"The file is larger than {limits.Value.MaximumBytes} bytes: send a smaller version.";
                Log.FileRejected(logger, source, reason);
                return Task.FromResult(new UploadEntry(source, null, null, reason));
            }

            handedOver = true;
            return Task.Run(() => ReceiveAsync(buffer, source, slots, cancellationToken), CancellationToken.None);
        }
        finally
        {
            if (!handedOver)
            {
                buffer?.Dispose();
                slots.Release();
            }
        }
    }

    private async Task<UploadEntry> ReceiveAsync(FileBuffer buffer, string source, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        try
        {
            var picture = await intake.ReceiveAsync(buffer.Content, source, cancellationToken);
            return new UploadEntry(source, picture.Id, picture);
        }
        catch (InvalidImageException e)
        {
            Log.FileRejected(logger, source, e.Message);
            return new UploadEntry(source, ImageId.Of(buffer.Content.Span), null, e.Message);
        }
        finally
        {
            buffer.Dispose();
            slots.Release();
        }
    }

    /// <summary>What fails while the client's bytes are read is the client's doing; the same exceptions from a store are not.</summary>
    private static async Task<T> FromClientAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (InvalidDataException e) when (e.Message.Contains(" limit ", StringComparison.Ordinal))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "malformed-multipart",
                "A part of the form has too many headers, or too long ones: send Content-Disposition and Content-Type alone, and shorten the file's name.");
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Malformed();
        }
    }

    private static ProblemException Unknown(string name)
    {
        var shown = string.Concat(name.Where(c => !char.IsControl(c)).Take(LongestShownName));
        var sentence = $"An upload knows no field '{shown}'; it takes file and tag.";
        return new ProblemException(StatusCodes.Status400BadRequest, "invalid-parameters", sentence)
        {
            Extensions = new Dictionary<string, object?> { ["errors"] = new Dictionary<string, string[]> { [name] = [sentence] } },
        };
    }

    private static ProblemException Malformed() => new(
        StatusCodes.Status400BadRequest,
        "malformed-multipart",
        "The multipart body could not be read to its end: send it again, whole, with the boundary that its header names.");
}
