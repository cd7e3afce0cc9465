using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.S3;

/// <summary>
/// Reads
/// <c>Endpoint=http://host:port;Bucket=imagesearch;AccessKey=..;SecretKey=..;Region=us-east-1;CreateBucket=true;Timeout=30;Retries=3</c>.
/// Only Bucket is required; keys are case-insensitive; a value with ';' or '=' is quoted. Messages show no value of AccessKey or SecretKey.
/// </summary>
internal static partial class S3ConnectionString
{
    private const string Name = "ConnectionStrings:s3";

    private static readonly string[] Known =
        ["endpoint", "bucket", "accesskey", "secretkey", "region", "createbucket", "timeout", "retries"];

    /// <exception cref="OptionsValidationException">With every mistake.</exception>
    public static S3Options Parse(string connectionString)
    {
        var values = new DbConnectionStringBuilder();
        try
        {
            values.ConnectionString = connectionString;
        }
        catch (ArgumentException)
        {
            // Its message may quote what it could not read.
            throw Invalid([$"{Name} is not a list of Key=Value pairs separated by ';': quote values that have ';' or '=' in them."]);
        }

        List<string> mistakes = [.. values.Keys.Cast<string>().Where(key => !Known.Contains(key, StringComparer.OrdinalIgnoreCase))
            .Select(key => $"{Name} has the unknown key '{key}': known are Endpoint, Bucket, AccessKey, SecretKey, Region, CreateBucket, Timeout and Retries.")];
        var options = new S3Options
        {
            Endpoint = Endpoint(Value("Endpoint"), mistakes),
            Bucket = Bucket(Value("Bucket"), mistakes),
            AccessKey = Value("AccessKey"),
            SecretKey = Value("SecretKey"),
            Region = Value("Region"),
            CreateBucket = Boolean("CreateBucket", Value("CreateBucket") ?? "true", mistakes),
            Timeout = TimeSpan.FromSeconds(Number("Timeout", Value("Timeout") ?? "30", 1, 600, "seconds", mistakes)),
            Retries = Number("Retries", Value("Retries") ?? "3", 0, 10, "retries", mistakes),
        };
        if (options.AccessKey is null != options.SecretKey is null)
        {
            mistakes.Add($"{Name} has only one of AccessKey and SecretKey: give both, or none to use the SDK's own credentials.");
        }

        return mistakes.Count == 0 ? options : throw Invalid(mistakes);

        string? Value(string key) => values.TryGetValue(key, out var value) && value is string { Length: > 0 } text ? text : null;
    }

    private static OptionsValidationException Invalid(IEnumerable<string> mistakes) => new(Name, typeof(S3Options), mistakes);

    private static Uri? Endpoint(string? text, List<string> mistakes)
    {
        if (text is null)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"
            && endpoint is { UserInfo: "", Query: "", Fragment: "" })
        {
            return endpoint;
        }

        mistakes.Add($"{Name}: Endpoint is not an http or https address such as http://host:9000, without user, password and query.");
        return null;
    }

    private static string Bucket(string? text, List<string> mistakes)
    {
        if (text is null)
        {
            mistakes.Add($"{Name} names no Bucket: add Bucket=imagesearch.");
        }
        else if (!BucketName().IsMatch(text) || text.Contains("..", StringComparison.Ordinal))
        {
            mistakes.Add(
                $"{Name}: '{text}' is not a bucket's name: 3 to 63 characters of [a-z0-9.-], the first and the last a letter or digit.");
        }

        return text ?? "";
    }

    private static bool Boolean(string key, string text, List<string> mistakes)
    {
        if (!bool.TryParse(text, out var value))
        {
            mistakes.Add($"{Name}: {key} is '{text}': give true or false.");
        }

        return value;
    }

    private static int Number(string key, string text, int least, int most, string unit, List<string> mistakes)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        mistakes.Add($"{Name}: {key} is '{text}': give {least} to {most} {unit}.");
        return least;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketName();
}
