using System.Globalization;

namespace ImageSearch.Web.Search;

/// <summary>Milliseconds of a search: decoding and embedding (as the extractor measured them), the shards, and all of it.</summary>
public sealed record SearchTimes(double Decode, double Embed, double Search, double Total)
{
    /// <summary>The value of a <c>Server-Timing</c> header.</summary>
    public string ToHeader() => string.Create(
        CultureInfo.InvariantCulture, $"decode;dur={Decode:0.###}, embed;dur={Embed:0.###}, search;dur={Search:0.###}, total;dur={Total:0.###}");
}
