namespace ImageSearch.Core.Blobs;

/// <summary>
/// Bytes under a key. Every implementation passes <c>BlobStoreTests</c>. A key is 1 to 200 characters of [a-z0-9._-] in segments
/// separated by '/', none of them empty, "." or ".."; anything else throws <see cref="ArgumentException"/>.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Stores the bytes; whole and durable when the task completes, invisible before. An existing blob is replaced atomically.
    /// </summary>
    Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <returns>The bytes, or null when there is no such blob.</returns>
    Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken);

    /// <returns>A stream of known length, or null when there is no such blob.</returns>
    Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(string key, CancellationToken cancellationToken);

    /// <returns>False when there was no such blob.</returns>
    Task<bool> DeleteAsync(string key, CancellationToken cancellationToken);
}
