using System.Text.Json.Serialization;
using ImageSearch.Client.Http;

namespace ImageSearch.Client.Keys;

/// <summary>What an API key allows; each includes those before it.</summary>
[JsonConverter(typeof(WordConverter<KeyScope>))]
public enum KeyScope
{
    /// <summary>A word that this client does not know.</summary>
    Unknown,
    Read,
    Write,
    Admin,
}
