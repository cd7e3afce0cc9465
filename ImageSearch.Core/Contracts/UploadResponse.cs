namespace ImageSearch.Core.Contracts;

/// <summary>Answer of <c>POST /api/v1/images</c> (web) and <c>POST /images</c> (ingest): one entry per file, in their order.</summary>
public sealed record UploadResponse(IReadOnlyList<UploadedImage> Images);
