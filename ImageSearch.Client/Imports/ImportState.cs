using System.Text.Json.Serialization;
using ImageSearch.Client.Http;

namespace ImageSearch.Client.Imports;

/// <summary>What an import is doing.</summary>
[JsonConverter(typeof(WordConverter<ImportState>))]
public enum ImportState
{
    /// <summary>A word that this client does not know.</summary>
    Unknown,

    Running,

    /// <summary>For a worker.</summary>
    Waiting,

    Done,

    /// <summary>It can be resumed.</summary>
    Cancelled,
}
