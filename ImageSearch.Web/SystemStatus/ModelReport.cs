using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Web.SystemStatus;

/// <summary>A declared model: how much of the collection it covers, and who holds it.</summary>
public sealed record ModelReport(
    string Name,
    string Version,
    [property: Description("Share of the searches without a named model that it answers, relative to the others.")] double Weight,
    string Algorithm,
    [property: Description("Pictures of the collection; null while the store does not answer.")] long? Known,
    [property: Description("Pictures that have a vector of this version.")] long? Embedded,
    [property: Description("Pictures that were given up, with a reason.")] long? Failed,
    [property: Description("Pictures that wait for the model.")] long? Pending,
    IReadOnlyList<SystemShard> Shards,
    [property: Description("Those that web has an address of.")] IReadOnlyList<ExtractorReport> Extractors,
    [property: Description("Why the counts are missing; absent when they are not."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error);
