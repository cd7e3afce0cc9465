using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Ingest;

/// <summary>How this service accepts pictures. Configuration section <c>Ingest</c>; what a picture may be is <c>Limits</c>.</summary>
public sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Files of one upload that are inspected, hashed and stored at the same time. Default 4.</summary>
    [Range(1, 64)]
    public int UploadConcurrency { get; set; } = 4;

    /// <summary>
    /// Files held in memory at the same time by all uploads, imports and fetches together: with the default <c>Limits:MaximumBytes</c>
    /// at most 16 × 25 MB. Default 16.
    /// </summary>
    [Range(1, 1024)]
    public int MaximumBuffers { get; set; } = 16;

    /// <summary>How long a file waits for one of the buffers before the service answers that it is busy. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan BufferWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to an upload with an <c>Idempotency-Key</c> is kept for a repetition. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan IdempotencyKeep { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Fetch URLs whose host has a loopback, private, link-local, unique-local or otherwise not public address. Lets everyone who may
    /// import reach the network that this service stands in; for tests and closed networks. Default false.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Time for fetching one URL: all redirects and the whole body. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Redirects followed for one URL. Default 3.</summary>
    [Range(0, 20)]
    public int MaximumRedirects { get; set; } = 3;

    /// <summary>Absolute folders below which folder imports are allowed. Default none: folder imports are off.</summary>
    public IList<string> FolderRoots { get; init; } = [];

    /// <summary>URLs of one import. Default 10,000.</summary>
    [Range(1, 100_000)]
    public int MaximumUrls { get; set; } = 10_000;

    /// <summary>Imports worked on at the same time, so that a long one does not hold up the others. Default 2.</summary>
    [Range(1, 32)]
    public int ImportWorkers { get; set; } = 2;

    /// <summary>Sources of one import fetched or read at the same time. Default 4.</summary>
    [Range(1, 64)]
    public int ImportConcurrency { get; set; } = 4;

    /// <summary>
    /// Progress is saved after this many sources, or after <see cref="ImportSaveInterval"/> if that comes first. Default 50.
    /// </summary>
    [Range(1, 10_000)]
    public int ImportSaveEvery { get; set; } = 50;

    /// <summary>Longest time between two saves of an import's progress. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ImportSaveInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long an import belongs to a worker that no longer saves: after a crash it goes on after this time. Default 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ImportLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a worker looks for imports that nobody works on. Those posted to this process start at once. Default 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ImportPollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often pictures that a model has not seen are looked for. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan BackfillInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Younger pictures are left to the upload that is about to queue them. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan BackfillMinimumAge { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pictures queued at once by the backfill. Default 500.</summary>
    [Range(1, 10_000)]
    public int BackfillPage { get; set; } = 500;

    /// <summary>The backfill pauses while a model's queue holds this many pictures. Default 10,000.</summary>
    [Range(1, 10_000_000)]
    public int BackfillQueueLimit { get; set; } = 10_000;
}
