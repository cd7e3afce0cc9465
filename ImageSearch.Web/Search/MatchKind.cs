using System.Text.Json.Serialization;

namespace ImageSearch.Web.Search;

/// <summary>What a result is to the query.</summary>
[JsonConverter(typeof(MatchKindConverter))]
public enum MatchKind
{
    /// <summary>As unlike as any two pictures of the collection.</summary>
    Unrelated,

    /// <summary>More alike than chance would have it.</summary>
    Similar,

    /// <summary>Another file of the same picture: their pixels were compared.</summary>
    Same,

    /// <summary>The same bytes.</summary>
    Exact,
}
