namespace ImageSearch.Client.Images;

/// <summary>What became of the files of an upload, in their order.</summary>
public sealed record UploadResponse(IReadOnlyList<UploadedImage> Images);
