using System.Text.Json.Serialization;
using ImageSearch.Client.Http;

namespace ImageSearch.Client.Search;

/// <summary>How a result relates to the query.</summary>
[JsonConverter(typeof(WordConverter<MatchKind>))]
public enum MatchKind
{
    /// <summary>A word that this client does not know.</summary>
    Unknown,

    /// <summary>The same bytes.</summary>
    Exact,

    /// <summary>The same picture, by its pixels: another size, format, quality or part of it.</summary>
    Same,

    /// <summary>Above the cut-off.</summary>
    Similar,

    /// <summary>Below the cut-off.</summary>
    Unrelated,
}
