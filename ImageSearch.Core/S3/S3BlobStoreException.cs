namespace ImageSearch.Core.S3;

/// <summary>
/// The bucket did not do what it was asked. The message is a sentence that says what, where and what to do, without secrets.
/// </summary>
internal sealed class S3BlobStoreException(string message, Exception? innerException = null) : BackendUnavailableException(
    message, innerException);
