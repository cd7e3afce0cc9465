using System.Text.Json.Serialization;
using ImageSearch.Core.Store;

namespace ImageSearch.Web.Images;

/// <summary>How far a picture has come in one declared model.</summary>
public sealed record ModelState(
    string Model,
    string Version,
    ExtractionState State,
    int Attempts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Label>? Labels);
