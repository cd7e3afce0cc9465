using System.Net;
using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;
using ImageSearch.Core.Blobs;

namespace ImageSearch.Core.S3;

/// <summary>
/// Blobs as objects of one bucket, under their keys. S3 makes an object visible whole or not at all, so a put needs nothing written aside.
/// </summary>
internal sealed class S3BlobStore(S3Client client, S3Bucket bucket) : IBlobStore
{
    private string Bucket => client.Options.Bucket;

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => WithObjectAsync(
        key,
        async (s3, token) =>
        {
            await s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = Bucket,
                    Key = key,
                    InputStream = AsStream(content),
                    // Signed as a whole: chunked signing is AWS's own, and not every other server reads it.
                    UseChunkEncoding = false,
                },
                token);
            return true;
        },
        cancellationToken);

    public async Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        await using var stream = await OpenReadAsync(key, cancellationToken);
        if (stream is null)
        {
            return null;
        }

        var content = GC.AllocateUninitializedArray<byte>(checked((int)stream.Length));
        await stream.ReadExactlyAsync(content, cancellationToken);
        return content;
    }

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) => WithObjectAsync<Stream?>(
        key,
        async (s3, token) =>
        {
            try
            {
                var response = await s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = key }, token);
                return new S3ReadStream(response, client.Options);
            }
            catch (AmazonS3Exception e) when (IsMissing(e))
            {
                return null;
            }
        },
        cancellationToken);

    public Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) => WithObjectAsync(
        key, (s3, token) => ExistsAsync(s3, key, token), cancellationToken);

    public Task<bool> DeleteAsync(string key, CancellationToken cancellationToken) => WithObjectAsync(
        key,
        async (s3, token) =>
        {
            // S3 deletes what is not there without a word.
            if (!await ExistsAsync(s3, key, token))
            {
                return false;
            }

            await s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = key }, token);
            return true;
        },
        cancellationToken);

    /// <summary>Calls when the bucket is there; when it went away meanwhile, once more.</summary>
    private async Task<T> WithObjectAsync<T>(
        string key, Func<AmazonS3Client, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        BlobKeys.Validate(key);
        await bucket.EnsureAsync(cancellationToken);
        try
        {
            return await client.CallAsync(call, cancellationToken);
        }
        catch (S3BlobStoreException e) when (e.InnerException is AmazonS3Exception { ErrorCode: S3Problems.NoSuchBucket })
        {
            bucket.Lost();
            await bucket.EnsureAsync(cancellationToken);
            return await client.CallAsync(call, cancellationToken);
        }
    }

    private async Task<bool> ExistsAsync(AmazonS3Client s3, string key, CancellationToken cancellationToken)
    {
        try
        {
            await s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = Bucket, Key = key }, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            return false;
        }
    }

    /// <remarks>A HEAD has no body: its 404 comes without a code.</remarks>
    private static bool IsMissing(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != S3Problems.NoSuchBucket;

    private static MemoryStream AsStream(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(content.ToArray(), writable: false);
}
