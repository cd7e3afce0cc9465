using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Web.SystemStatus;

/// <summary>One extractor.</summary>
public sealed record ExtractorReport(
    [property: Description("Where web calls it.")] string Address,
    [property: Description("`ready`, `loading` (it answers, but not yet with vectors) or `away`.")] string State,
    [property: Description("Why it is not ready; absent when it is."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
