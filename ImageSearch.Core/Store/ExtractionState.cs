using System.Text.Json.Serialization;

namespace ImageSearch.Core.Store;

/// <summary>What became of an image in a model.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExtractionState>))]
public enum ExtractionState
{
    /// <summary>Waiting for the model, or for another attempt.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>The vector is stored: searchable at the next poll of every replica.</summary>
    [JsonStringEnumMemberName("indexed")]
    Indexed,

    /// <summary>Given up, with a reason; <c>retry</c> puts it back to work.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
