using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Index.Tests;

public sealed class IndexOptionsTests
{
    [Fact]
    public void Validate_Declared_IsValid() => Assert.Empty(Errors(Valid()));

    [Fact]
    public void Validate_EveryBadValue_IsReported()
    {
        Assert.Contains(Errors(Valid(o => o.Model = "")), error => error.Contains("Index:Model", StringComparison.Ordinal));
        Assert.Contains(Errors(Valid(o => o.Version = "")), error => error.Contains("Index:Version", StringComparison.Ordinal));
        Assert.Contains(Errors(Valid(o => o.Dimension = 0)), error => error.Contains("Index:Dimension", StringComparison.Ordinal));
        Assert.Contains(Errors(Valid(o => o.Shard = 2)), error => error.Contains("Index:Shard", StringComparison.Ordinal));
        Assert.Contains(Errors(Valid(o => o.Shard = -1)), error => error.Contains("Index:Shard", StringComparison.Ordinal));
        Assert.Contains(Errors(Valid(o => o.Shards = 2000)), error => error.Contains("Index:Shards", StringComparison.Ordinal));
        Assert.Contains(Errors(Valid(o => o.PollInterval = TimeSpan.Zero)), error => error.Contains("Index:PollInterval", StringComparison.Ordinal));
        Assert.Contains(Errors(Valid(o => o.PageSize = 0)), error => error.Contains("Index:PageSize", StringComparison.Ordinal));
        Assert.Contains(Errors(Valid(o => o.MaximumQueries = 0)), error => error.Contains("Index:MaximumQueries", StringComparison.Ordinal));
    }

    private static IndexOptions Valid(Action<IndexOptions>? change = null)
    {
        var options = new IndexOptions { Model = "layout", Version = "1", Dimension = 8, Shard = 1, Shards = 2 };
        change?.Invoke(options);
        return options;
    }

    private static List<string> Errors(IndexOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage!)];
    }
}
