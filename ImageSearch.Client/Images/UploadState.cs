using System.Text.Json.Serialization;
using ImageSearch.Client.Http;

namespace ImageSearch.Client.Images;

/// <summary>What became of an uploaded file.</summary>
[JsonConverter(typeof(WordConverter<UploadState>))]
public enum UploadState
{
    /// <summary>A word that this client does not know.</summary>
    Unknown,

    /// <summary>New: every model will embed it.</summary>
    Accepted,

    /// <summary>The same bytes were there before.</summary>
    Duplicate,

    /// <summary>Not taken, for a reason.</summary>
    Rejected,
}
