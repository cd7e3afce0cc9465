using System.ComponentModel;

namespace ImageSearch.Contracts;

/// <summary>A picture that a model gave up.</summary>
public sealed record Failure(
    ImageId Id,
    string Model,
    string Version,
    int Attempts,
    [property: Description("Why, for a person.")] string Reason,
    DateTimeOffset At,
    string Source,
    [property: Description("Address of a small version; it may not be to be had where the picture does not decode.")] string Thumbnail);

/// <summary>One page of what failed, and its reasons.</summary>
public sealed record FailureList(
    [property: Description("Those that failed last first.")] IReadOnlyList<Failure> Failures,
    [property: Description("Cursor of the following page; null at the end.")] string? Next,
    [property: Description("The 50 most frequent reasons with how many failed so, whatever `reason` asks for.")]
    IReadOnlyList<FailureReason> Reasons);

/// <summary>How many failures have the same reason.</summary>
public sealed record FailureReason(string Reason, long Count);

/// <summary>Which failures to retry or to discard: those that meet everything that is given; nothing given means all.</summary>
public sealed record FailuresRequest(
    [property: Description("Only of these pictures, at most 1,000.")] IReadOnlyList<string>? Ids = null,
    [property: Description("Only of this model.")] string? Model = null,
    [property: Description("Only with exactly this reason.")] string? Reason = null);

/// <summary>Answer of <c>POST /api/v1/failures/discard</c>.</summary>
public sealed record DiscardResponse([property: Description("Pictures that were deleted.")] int Discarded);
