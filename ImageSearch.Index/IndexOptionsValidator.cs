using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index;

/// <summary>
/// Ranges, and what values have to do with each other; everything that is wrong at once, which annotations alone would not say.
/// </summary>
internal sealed class IndexOptionsValidator : IValidateOptions<IndexOptions>
{
    /// <summary>
    /// For the configuration as it is written: the binder would end with an error that does not say which names there are.
    /// </summary>
    /// <exception cref="OptionsValidationException">With every name that is unknown.</exception>
    public static void RequireKnownNames(IConfiguration section)
    {
        string?[] problems =
        [
            Unknown<IndexAlgorithm>(nameof(IndexOptions.Algorithm), section[nameof(IndexOptions.Algorithm)]),
            Unknown<IndexRows>(nameof(IndexOptions.Rows), section[nameof(IndexOptions.Rows)]),
        ];
        if (problems.OfType<string>().ToArray() is { Length: > 0 } unknown)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(IndexOptions), unknown);
        }
    }

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

        if (Unknown<IndexAlgorithm>(nameof(options.Algorithm), $"{options.Algorithm}") is { } algorithm)
        {
            yield return algorithm;
        }

        foreach (var problem in BrokenRows(options).Concat(BrokenHnsw(options.Hnsw, options)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> BrokenRows(IndexOptions options)
    {
        if (Unknown<IndexRows>(nameof(options.Rows), $"{options.Rows}") is { } rows)
        {
            yield return rows;
        }

        if (options.Rows == IndexRows.Mapped && string.IsNullOrEmpty(options.Directory))
        {
            yield return "Index:Rows Mapped needs a place for the file: set Index:Directory or Data:Directory.";
        }
    }

    /// <returns>Null for a name that there is, and for none.</returns>
    private static string? Unknown<T>(string key, string? name)
        where T : struct, Enum => name switch
        {
            null or "" => null,
            _ when Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) => null,
            _ when key == nameof(IndexOptions.Algorithm) && name.Equals("ExactInt8", StringComparison.OrdinalIgnoreCase) =>
                $"Index:{key} ExactInt8 is called Exact now: write Exact.",
            _ => $"Index:{key} '{name}' is unknown: use {string.Join(" or ", Enum.GetNames<T>())}.",
        };

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
