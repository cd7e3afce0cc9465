using System.Text.Json.Serialization;
using ImageSearch.Client.Http;

namespace ImageSearch.Client.Images;

/// <summary>What became of a picture in a model.</summary>
[JsonConverter(typeof(WordConverter<ImageState>))]
public enum ImageState
{
    /// <summary>A word that this client does not know.</summary>
    Unknown,

    /// <summary>Waiting for the model, or for another attempt.</summary>
    Pending,

    /// <summary>Searchable.</summary>
    Indexed,

    /// <summary>Given up, with a reason.</summary>
    Failed,
}
