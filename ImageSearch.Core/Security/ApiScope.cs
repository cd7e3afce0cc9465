using System.Text.Json.Serialization;

namespace ImageSearch.Core.Security;

/// <summary>What a key allows; each scope includes those before it. The numbers are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApiScope>))]
public enum ApiScope
{
    /// <summary>Searching, listing, looking at pictures.</summary>
    [JsonStringEnumMemberName("read")]
    Read = 1,

    /// <summary>Adding, changing and deleting pictures.</summary>
    [JsonStringEnumMemberName("write")]
    Write = 2,

    /// <summary>Creating and revoking keys.</summary>
    [JsonStringEnumMemberName("admin")]
    Admin = 3,
}
