using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Core.S3;

/// <summary>Sees to it that the bucket is there before the first object is asked for: once, however many ask at a time.</summary>
internal sealed class S3Bucket(S3Client client, ILogger<S3Bucket> logger) : IDisposable
{
    /// <summary>Creating races with other processes; each round settles it unless somebody also deletes.</summary>
    private const int Rounds = 5;

    /// <summary>No key starts with it: the listing is always empty, so that the answer is small and quick.</summary>
    private const string NoKey = "~";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _checking = new(1);
    private volatile bool _there;

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_there)
        {
            return;
        }

        await _checking.WaitAsync(cancellationToken);
        try
        {
            if (!_there)
            {
                await CheckAsync(cancellationToken);
            }
        }
        finally
        {
            _checking.Release();
        }
    }

    /// <summary>Asks the server, whatever was known; creates the bucket where that is allowed.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        for (var round = 1; !await ExistsAsync(round < Rounds, cancellationToken); round++)
        {
            if (round > 1)
            {
                await Task.Delay(Pause, cancellationToken);
            }

            await CreateAsync(cancellationToken);
        }

        _there = true;
    }

    /// <summary>An object's call found the bucket missing: the next one looks again.</summary>
    public void Lost() => _there = false;

    public string Where => client.Options.Where;

    public void Dispose() => _checking.Dispose();

    /// <remarks>A listing, not a HEAD: its failures say why, and it needs the same permission.</remarks>
    private Task<bool> ExistsAsync(bool mayBeMissing, CancellationToken cancellationToken) => client.CallAsync(
        async (s3, token) =>
        {
            try
            {
                await s3.ListObjectsV2Async(
                    new ListObjectsV2Request { BucketName = client.Options.Bucket, Prefix = NoKey, MaxKeys = 1 }, token);
                return true;
            }
            catch (AmazonS3Exception e) when (e.ErrorCode == S3Problems.NoSuchBucket && client.Options.CreateBucket && mayBeMissing)
            {
                return false;
            }
        },
        cancellationToken);

    private Task CreateAsync(CancellationToken cancellationToken) => client.CallAsync(
        async (s3, token) =>
        {
            try
            {
                await s3.PutBucketAsync(new PutBucketRequest { BucketName = client.Options.Bucket }, token);
                S3Log.BucketCreated(logger, client.Options.Where);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Conflict)
            {
                // Another process was first, or another owner has the name: the next listing tells.
            }
        },
        cancellationToken);
}
