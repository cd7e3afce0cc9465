using ImageSearch.Core.Imaging;

namespace ImageSearch.Ingest.Intake;

/// <summary>A picture whose bytes are stored already, and which is not known to the collection yet.</summary>
internal sealed record ReceivedPicture(ImageId Id, string Source, ImageInfo Info, long Bytes)
{
    /// <param name="tags">Distinct, in ordinal order.</param>
    public ImageRecord ToRecord(IReadOnlyList<string> tags) =>
        new(Id, Source, Info.ContentType, Info.Width, Info.Height, Bytes, tags, AddedAt: default);
}
