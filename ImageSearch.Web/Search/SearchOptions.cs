using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Web.Search;

/// <summary>Configuration section <c>Search</c>.</summary>
public sealed class SearchOptions
{
    public const string Section = "Search";

    /// <summary>Results when the client does not say how many. Default 10.</summary>
    [Range(1, 100)]
    public int DefaultResults { get; set; } = 10;

    /// <summary>Most results that a client may ask for. Default 100.</summary>
    [Range(1, 1000)]
    public int MaximumResults { get; set; } = 100;

    /// <summary>Results of one search that its pages give in all, at most. Default 1,000, which is what a shard gives at most.</summary>
    [Range(100, 1000)]
    public int MaximumDepth { get; set; } = 1000;

    /// <summary>Pictures of one batch at most. Default 32.</summary>
    [Range(1, 256)]
    public int MaximumBatch { get; set; } = 32;

    /// <summary>
    /// Bytes of the pictures of one batch together, which are in memory until it is answered. Default 100 MB (100,000,000).
    /// </summary>
    [Range(1, 2_000_000_000)]
    public long MaximumBatchBytes { get; set; } = 100_000_000;

    /// <summary>
    /// How long a search waits to learn what scores mean, when nothing is known yet; it goes on without. Default 250 ms. Later ones wait
    /// for nothing.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan CalibrationTimeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Most candidates (<c>ef</c>) that a client may have an index look at; no more than index servers allow. Default 4,096.
    /// </summary>
    [Range(1, 65_536)]
    public int MaximumEf { get; set; } = 4096;

    /// <summary>
    /// How long a search waits for each shard, retries included; the answer is partial without the late ones. Default 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ShardTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a search waits for the query's embedding, retries included. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan EmbedTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Bytes of a picture that is sent through the broker at most; larger ones go to the extractor over HTTP. Default 8 MB (8,000,000): a
    /// broker is no place for large messages, and RabbitMQ 4 closes the channel at 16 MiB.
    /// </summary>
    [Range(1, 128_000_000)]
    public long MaximumRpcBytes { get; set; } = 8_000_000;

    /// <summary>
    /// How long a search waits for the records of what it found; it is answered without them when they are late. Default 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan DescribeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a search by URL waits for the picture. Default 15 s; ingest itself gives a fetch 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long searches that name no model try one that could not answer after all others. Default 10 s; 0: not at all.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan AvoidFailedModelFor { get; set; } = TimeSpan.FromSeconds(10);
}
