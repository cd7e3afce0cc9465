using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace ImageSearch.Core.S3;

/// <summary>Calls the bucket: with a deadline, and with failures that say what and where.</summary>
internal sealed class S3Client(S3Options options) : IDisposable
{
    private const string DefaultRegion = "us-east-1";

    private readonly Lazy<AmazonS3Client> _client = new(() => Create(options));

    public S3Options Options => options;

    /// <exception cref="S3BlobStoreException">It failed, or took longer than <see cref="S3Options.Timeout"/>.</exception>
    public async Task<T> CallAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Timeout);
        try
        {
            return await call(_client.Value, deadline.Token);
        }
        catch (Exception e) when (S3Problems.IsProblem(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw deadline.IsCancellationRequested
                ? new S3BlobStoreException(S3Problems.TimedOut(options), e)
                : S3Problems.Describe(e, options);
        }
    }

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(Func<AmazonS3Client, CancellationToken, Task> call, CancellationToken cancellationToken) => CallAsync(
        async (s3, token) =>
        {
            await call(s3, token);
            return true;
        },
        cancellationToken);

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private static AmazonS3Client Create(S3Options options)
    {
        var config = new AmazonS3Config
        {
            Timeout = options.Timeout,
            ConnectTimeout = options.ConnectTimeout,
            MaxErrorRetry = options.Retries,
            RetryMode = RequestRetryMode.Standard,
            // Servers other than AWS refuse the checksums and trailers that the SDK adds by default. Uploads are covered without: the
            // signature has the SHA-256 of the body.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is not null)
        {
            config.ServiceURL = options.Endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? DefaultRegion;
            config.ForcePathStyle = true; // no DNS name per bucket
        }
        else if (options.Region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKey is null ? new AmazonS3Client(config) : new AmazonS3Client(options.AccessKey, options.SecretKey, config);
    }
}
