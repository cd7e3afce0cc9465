using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Security.Limits;

/// <summary>Checks every rate by its attributes.</summary>
internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        string[] mistakes = [.. Mistakes("Searches", options.Searches), .. Mistakes(
            "Writes", options.Writes), .. Mistakes("Reads", options.Reads)];
        return mistakes.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static IEnumerable<string> Mistakes(string section, RequestRate rate)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(rate, new ValidationContext(rate), results, validateAllProperties: true);
        return results.Select(result => $"{RateLimitOptions.Section}:{section}: {result.ErrorMessage}");
    }
}
