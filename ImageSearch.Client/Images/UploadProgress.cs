namespace ImageSearch.Client.Images;

/// <summary>How much of an upload's files has been sent.</summary>
/// <param name="BytesSent">It begins anew when the upload has to be repeated.</param>
/// <param name="BytesTotal">Null when a file's length is not known.</param>
public readonly record struct UploadProgress(long BytesSent, long? BytesTotal);
