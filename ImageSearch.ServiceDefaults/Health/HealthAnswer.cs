using System.Text.Json.Serialization;

namespace ImageSearch.ServiceDefaults.Health;

/// <summary>Body of <c>/health</c> and <c>/alive</c>.</summary>
/// <param name="Status"><c>Healthy</c>, <c>Degraded</c> or <c>Unhealthy</c>.</param>
/// <param name="Checks">Every check by its name.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, HealthAnswer.Check> Checks)
{
    internal sealed record Check(string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description);
}
