using System.ComponentModel.DataAnnotations;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;

namespace ImageSearch.Index;

/// <summary>Which shard of which model this server holds. Configuration section <c>Index</c>, written by the AppHost.</summary>
public sealed class IndexOptions : IValidatableObject
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

    /// <summary>How vectors are searched: <c>Exact</c> or <c>ExactInt8</c>. Default <c>Exact</c>.</summary>
    public IndexAlgorithm Algorithm { get; set; } = IndexAlgorithm.Exact;

    /// <summary>Pause between two looks at the change feed once caught up. Default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00", ErrorMessage = "Index:PollInterval must be between 10 ms and 1 min.")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Changes read at a time: bounds the memory that loading takes beside the index. Default 2,048.</summary>
    [Range(1, 100_000, ErrorMessage = "Index:PageSize must be between 1 and 100,000.")]
    public int PageSize { get; set; } = 2048;

    /// <summary>Query vectors of one request at most. Default 256.</summary>
    [Range(1, 4096, ErrorMessage = "Index:MaximumQueries must be between 1 and 4,096.")]
    public int MaximumQueries { get; set; } = 256;

    /// <summary>Threads that may work on one search at the same time; 0: as many as there are processors. Default 0.</summary>
    [Range(0, 256, ErrorMessage = "Index:SearchThreads must be between 0 and 256.")]
    public int SearchThreads { get; set; }

    public ModelKey Key => new(Model, Version);

    public ShardKey ShardKey => new(Shard, Shards);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Shards is < 1 or > ImageId.Buckets)
        {
            yield return new ValidationResult($"Index:Shards must be between 1 and {ImageId.Buckets}.");
        }
        else if (Shard < 0 || Shard >= Shards)
        {
            yield return new ValidationResult($"Index:Shard must be between 0 and {Shards - 1}: there are {Shards} shards.");
        }

        if (!Enum.IsDefined(Algorithm))
        {
            yield return new ValidationResult("Index:Algorithm is unknown: use Exact or ExactInt8.");
        }
    }
}
