using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ImageSearch.Core.Images;

namespace ImageSearch.Core.Contracts;

/// <summary>What became of one uploaded file.</summary>
/// <param name="Id">Absent when the file was rejected before it could be hashed.</param>
/// <param name="State"><c>accepted</c>, <c>duplicate</c> or <c>rejected</c>.</param>
/// <param name="Reason">Why it was rejected, for a person.</param>
/// <param name="Source">The file's name as the client gave it.</param>
public sealed record UploadedImage(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImageId? Id,
    [property: AllowedValues("accepted", "duplicate", "rejected")] string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Source);
