using System.ComponentModel;

namespace ImageSearch.Web.Images;

/// <summary>Which failures to retry or to discard: those that meet everything that is given; nothing given means all.</summary>
internal sealed record FailuresRequest(
    [property: Description("Only of these pictures, at most 1,000.")] IReadOnlyList<string>? Ids,
    [property: Description("Only of this model.")] string? Model,
    [property: Description("Only with exactly this reason.")] string? Reason);
