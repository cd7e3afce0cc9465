using System.Text;
using ImageSearch.Ingest.Intake;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Ingest.Uploads;

/// <summary>What became of one file so far: received, or rejected with a reason.</summary>
/// <param name="Content">Hash of the file's bytes; null when they were too many to be read.</param>
internal sealed record UploadEntry(string Source, ImageId? Content, ReceivedPicture? Picture, string? Reason = null)
{
    public bool TooLarge => Content is null;

    public UploadedImage Rejected() => new(null, UploadState.Rejected, Reason, Source);
}

/// <summary>One part of a multipart form, as far as its headers say.</summary>
internal readonly record struct UploadPart(string Name, string? FileName, Stream Body)
{
    public static UploadPart Of(MultipartSection section)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
        {
            return new UploadPart("", null, section.Body);
        }

        var fileName = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return new UploadPart(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), fileName.Value, section.Body);
    }

    /// <returns>The text, or null when it is longer than the limit.</returns>
    public async Task<string?> ReadTextAsync(int maximumBytes, CancellationToken cancellationToken)
    {
        var bytes = new byte[maximumBytes + 1];
        var length = await Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length > maximumBytes ? null : Encoding.UTF8.GetString(bytes, 0, length);
    }
}
