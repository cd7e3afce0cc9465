namespace ImageSearch.Core.S3;

/// <summary>
/// Where the bucket is and how long to wait for it. Made from the connection string <c>s3</c>, see <see cref="S3ConnectionString"/>.
/// </summary>
internal sealed class S3Options
{
    /// <summary>An S3-compatible server, addressed as <c>endpoint/bucket/key</c>; null for AWS itself.</summary>
    public Uri? Endpoint { get; init; }

    public required string Bucket { get; init; }

    /// <summary>Null for the SDK's own chain: environment, profile, role of the machine or pod.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Given with <see cref="AccessKey"/>. Never logged and never part of a message.</summary>
    public string? SecretKey { get; init; }

    /// <summary>Default <c>us-east-1</c> with an endpoint; without one, what the SDK finds in its environment.</summary>
    public string? Region { get; init; }

    /// <summary>Whether a missing bucket may be created. Default true.</summary>
    public bool CreateBucket { get; init; } = true;

    /// <summary>Deadline of one call with all its retries, and of each read of a stream. 1 s to 10 min, default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection may take to open, per try. A black hole is noticed then. Never longer than <see cref="Timeout"/>.
    /// </summary>
    public TimeSpan ConnectTimeout => Timeout < LongestConnect ? Timeout : LongestConnect;

    /// <summary>How often the SDK tries again after a failure that may pass. 0 to 10, default 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>For messages: which server and bucket, without anything secret.</summary>
    public string Where => Endpoint is null ? $"bucket '{Bucket}' at AWS" : $"bucket '{Bucket}' at {Endpoint.Host}:{Endpoint.Port}";

    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(5);
}
