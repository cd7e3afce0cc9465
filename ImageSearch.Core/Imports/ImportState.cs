using System.Text.Json.Serialization;

namespace ImageSearch.Core.Imports;

/// <summary>What is being done about an import.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportState>))]
public enum ImportState
{
    /// <summary>Nobody works on it now: others come first, or the worker died and its lease has ended.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>A worker holds it.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Every source is settled.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>Stopped by a person; what was taken in stays, and it can be resumed.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
