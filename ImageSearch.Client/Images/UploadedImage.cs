namespace ImageSearch.Client.Images;

/// <summary>What became of one uploaded file.</summary>
/// <param name="Id">Null when it was rejected before it could be hashed.</param>
/// <param name="Reason">Why it was rejected.</param>
/// <param name="Source">Its name.</param>
public sealed record UploadedImage(UploadState State, string? Id = null, string? Reason = null, string? Source = null);
