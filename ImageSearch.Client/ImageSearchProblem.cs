using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageSearch.Client;

/// <summary>What the server says of a call that it did not carry out (RFC 9457).</summary>
public sealed record ImageSearchProblem
{
    private const string Prefix = "urn:imagesearch:";

    /// <summary>Stable: <c>urn:imagesearch:</c> and a word.</summary>
    public string? Type { get; init; }

    public string? Title { get; init; }

    public int? Status { get; init; }

    /// <summary>A sentence that says what to do.</summary>
    public string? Detail { get; init; }

    public string? Instance { get; init; }

    /// <summary>Bad parameters by name, each with its sentences.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>All else that was said.</summary>
    [JsonExtensionData, JsonInclude]
    public IDictionary<string, JsonElement>? Extensions { get; internal set; }

    /// <summary>The type's last word, such as <c>unknown-image</c>; null when the type is none of ImageSearch's.</summary>
    [JsonIgnore]
    public string? Slug => Type?.StartsWith(Prefix, StringComparison.Ordinal) == true ? Type[Prefix.Length..] : null;
}
