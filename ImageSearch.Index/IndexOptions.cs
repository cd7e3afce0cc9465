using System.ComponentModel.DataAnnotations;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;

namespace ImageSearch.Index;

/// <summary>Which shard of which model this server holds. Configuration section <c>Index</c>, written by the AppHost.</summary>
public sealed class IndexOptions
{
    public const string Section = "Index";

    /// <summary>Name of the model whose vectors are held.</summary>
    [Required(ErrorMessage = "Index:Model is not set: name the model whose vectors this server holds.")]
    public string Model { get; set; } = "";

    /// <summary>Version of the model; vectors of other versions are not read.</summary>
    [Required(ErrorMessage = "Index:Version is not set: give the version of the model.")]
    public string Version { get; set; } = "";

    /// <summary>Floats of a vector.</summary>
    [Range(1, 8192, ErrorMessage = "Index:Dimension must be between 1 and 8192.")]
    public int Dimension { get; set; }

    /// <summary>This shard, 0 .. <see cref="Shards"/> - 1.</summary>
    public int Shard { get; set; }

    /// <summary>Shards of the model, 1..1024. Default 1.</summary>
    public int Shards { get; set; } = 1;

    /// <summary>How vectors are searched: <c>Exact</c> or <c>Hnsw</c>. Default <c>Exact</c>.</summary>
    public IndexAlgorithm Algorithm { get; set; } = IndexAlgorithm.Exact;

    /// <summary>The graph, where <see cref="Algorithm"/> is <c>Hnsw</c>.</summary>
    public HnswOptions Hnsw { get; set; } = new();

    /// <summary>Where float32 vectors lie: <c>Memory</c> or <c>Mapped</c>. Default <c>Memory</c>.</summary>
    public IndexRows Rows { get; set; } = IndexRows.Memory;

    /// <summary>
    /// Memory of the index at most, mapped files apart: further pictures are refused then, and <c>/stats</c> and <c>/health</c> say so.
    /// In MiB; 0, the default: no limit.
    /// </summary>
    [Range(0, 16 * 1024 * 1024, ErrorMessage = "Index:MemoryLimitMiB must be between 0 (no limit) and 16,777,216.")]
    public int MemoryLimitMiB { get; set; }

    /// <summary>
    /// Where snapshots and mapped vectors lie; they can be made again. Default: <c>index</c> below <c>Data:Directory</c>.
    /// </summary>
    public string? Directory { get; set; }

    /// <summary>Pause between two snapshots of a changed index; 0: none are kept. Default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "Index:SnapshotInterval must be between 0 (no snapshots) and 1 day.")]
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Fraction of the searches that are replayed exactly in the background to know the recall, 0..1. Default 0.01; 0: none.
    /// </summary>
    [Range(0.0, 1.0, ErrorMessage = "Index:RecallSample must be between 0 (no search is replayed) and 1 (every one, as far as Index:RecallBudget goes).")]
    public double RecallSample { get; set; } = 0.01;

    /// <summary>Share of the machine's time that replays may take. 0.001..1, default 0.02.</summary>
    [Range(0.001, 1.0, ErrorMessage = "Index:RecallBudget must be between 0.001 and 1.")]
    public double RecallBudget { get; set; } = 0.02;

    /// <summary>Changes read at a time: bounds the memory that loading takes beside the index. Default 2,048.</summary>
    [Range(1, 100_000, ErrorMessage = "Index:PageSize must be between 1 and 100,000.")]
    public int PageSize { get; set; } = 2048;

    /// <summary>Query vectors of one request at most. Default 256.</summary>
    [Range(1, 4096, ErrorMessage = "Index:MaximumQueries must be between 1 and 4,096.")]
    public int MaximumQueries { get; set; } = 256;

    /// <summary>
    /// Search requests in work at most, those included whose vectors still arrive; more are refused as busy. Default 256.
    /// </summary>
    [Range(1, 100_000, ErrorMessage = "Index:MaximumSearches must be between 1 and 100,000.")]
    public int MaximumSearches { get; set; } = 256;

    /// <summary>Threads that may work on one search at the same time; 0: as many as there are processors. Default 0.</summary>
    [Range(0, 256, ErrorMessage = "Index:SearchThreads must be between 0 and 256.")]
    public int SearchThreads { get; set; }

    /// <summary><see cref="MemoryLimitMiB"/> in bytes.</summary>
    public long MemoryLimit => MemoryLimitMiB == 0 ? long.MaxValue : MemoryLimitMiB * 1024L * 1024;

    public ModelKey Key => new(Model, Version);

    public ShardKey ShardKey => new(Shard, Shards);
}
