using ImageSearch.Ingest.Intake;

namespace ImageSearch.Ingest.Uploads;

/// <summary>What became of one file so far: received, or rejected with a reason.</summary>
/// <param name="Content">Hash of the file's bytes; null when they were too many to be read.</param>
internal sealed record UploadEntry(string Source, ImageId? Content, ReceivedPicture? Picture, string? Reason = null)
{
    public bool TooLarge => Content is null;

    public UploadedImage Rejected() => new(null, UploadState.Rejected, Reason, Source);
}
