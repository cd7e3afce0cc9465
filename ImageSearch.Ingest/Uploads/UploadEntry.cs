using ImageSearch.Core.Contracts;
using ImageSearch.Ingest.Intake;

namespace ImageSearch.Ingest.Uploads;

/// <summary>What became of one file so far: received, or rejected with a reason.</summary>
internal sealed record UploadEntry(string Source, ReceivedPicture? Picture, string? Reason = null, bool TooLarge = false)
{
    public UploadedImage Rejected() => new(null, ImageStates.Rejected, Reason, Source);
}
