using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>What the server says of a call that it did not carry out (RFC 9457).</summary>
public sealed record ImageSearchProblem
{
    private const string Prefix = "urn:imagesearch:";

    /// <summary>Stable: <c>urn:imagesearch:</c> and a word.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Status { get; init; }

    /// <summary>A sentence that says what to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instance { get; init; }

    /// <summary>Bad parameters by name, each with its sentences.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>All else that was said.</summary>
    [JsonExtensionData, JsonInclude]
    public IDictionary<string, JsonElement>? Extensions { get; internal set; }

    /// <summary>The type's last word, such as <c>unknown-image</c>; null when the type is none of ImageSearch's.</summary>
    [JsonIgnore]
    public string? Slug => Type?.StartsWith(Prefix, StringComparison.Ordinal) == true ? Type[Prefix.Length..] : null;
}
