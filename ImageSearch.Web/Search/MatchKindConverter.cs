using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageSearch.Web.Search;

/// <summary>In JSON as everything else there: the name in lower camel case.</summary>
internal sealed class MatchKindConverter() : JsonStringEnumConverter<MatchKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
