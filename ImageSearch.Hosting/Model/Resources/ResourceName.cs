namespace Aspire.Hosting.ApplicationModel;

/// <summary>Aspire's rule for resource names: they become environment variables, host names and file names.</summary>
internal static class ResourceName
{
    private const int MaxLength = 64;

    public static string Validate(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var valid = name.Length <= MaxLength
            && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && !name.EndsWith('-')
            && !name.Contains("--", StringComparison.Ordinal);
        return valid
            ? name
            : throw new ArgumentException(
                $"Resource name '{name}' is invalid: it must start with an ASCII letter, hold only ASCII letters, digits and single hyphens, "
                + $"not end with a hyphen, and be at most {MaxLength} characters long.", nameof(name));
    }
}
