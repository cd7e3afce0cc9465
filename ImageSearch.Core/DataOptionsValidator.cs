using Microsoft.Extensions.Options;

namespace ImageSearch.Core;

internal sealed class DataOptionsValidator : IValidateOptions<DataOptions>
{
    public ValidateOptionsResult Validate(string? name, DataOptions options) =>
        options.Directory.Length == 0 || Path.IsPathFullyQualified(options.Directory)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("Data:Directory is a relative path: give an absolute one, the same for every service.");
}
