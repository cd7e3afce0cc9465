using System.ComponentModel.DataAnnotations;
using ImageSearch.Core.Images;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index;

/// <summary>Ranges, and what values have to do with each other; everything that is wrong at once, which annotations alone would not say.</summary>
internal sealed class IndexOptionsValidator : IValidateOptions<IndexOptions>
{
    public ValidateOptionsResult Validate(string? name, IndexOptions options)
    {
        var ranges = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), ranges, validateAllProperties: true);
        Validator.TryValidateObject(options.Hnsw, new ValidationContext(options.Hnsw), ranges, validateAllProperties: true);
        string[] problems = [.. ranges.Select(range => range.ErrorMessage!), .. Broken(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Broken(IndexOptions options)
    {
        if (options.Shards is < 1 or > ImageId.Buckets)
        {
            yield return $"Index:Shards must be between 1 and {ImageId.Buckets}.";
        }
        else if (options.Shard < 0 || options.Shard >= options.Shards)
        {
            yield return $"Index:Shard must be between 0 and {options.Shards - 1}: there are {options.Shards} shards.";
        }

        if (!Enum.IsDefined(options.Algorithm))
        {
            yield return "Index:Algorithm is unknown: use Exact, ExactInt8 or Hnsw.";
        }

        foreach (var problem in BrokenRows(options).Concat(BrokenHnsw(options.Hnsw, options)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> BrokenRows(IndexOptions options)
    {
        if (!Enum.IsDefined(options.Rows))
        {
            yield return "Index:Rows is unknown: use Memory or Mapped.";
        }

        if (options.Rows == IndexRows.Mapped && options.Algorithm == IndexAlgorithm.Exact)
        {
            yield return "Index:Rows Mapped needs Index:Algorithm ExactInt8 or Hnsw: Exact reads every vector in every search.";
        }

        if (options.Rows == IndexRows.Mapped && string.IsNullOrEmpty(options.Directory))
        {
            yield return "Index:Rows Mapped needs a place for the file: set Index:Directory or Data:Directory.";
        }
    }

    private static IEnumerable<string> BrokenHnsw(HnswOptions hnsw, IndexOptions options)
    {
        if (hnsw.Ef < 1 || hnsw.Ef > hnsw.MaximumEf)
        {
            yield return $"Index:Hnsw:Ef must be between 1 and Index:Hnsw:MaximumEf, which is {hnsw.MaximumEf}.";
        }

        if (hnsw.TargetRecall is not (0 or (>= 0.5 and <= 0.9999)))
        {
            yield return "Index:Hnsw:TargetRecall must be between 0.5 and 0.9999, or 0 to leave ef as it is.";
        }

        if (hnsw.TargetRecall != 0 && options.Algorithm != IndexAlgorithm.Hnsw)
        {
            yield return "Index:Hnsw:TargetRecall needs Index:Algorithm Hnsw: nothing else has an ef to tune.";
        }

        if (hnsw.TargetRecall != 0 && options.RecallSample == 0)
        {
            yield return "Index:Hnsw:TargetRecall needs an Index:RecallSample above 0: ef is tuned from searches that are replayed.";
        }
    }
}
