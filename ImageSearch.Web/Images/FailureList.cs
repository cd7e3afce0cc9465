using System.ComponentModel;

namespace ImageSearch.Web.Images;

/// <summary>One page of what failed, and its reasons.</summary>
internal sealed record FailureList(
    [property: Description("Those that failed last first.")] IReadOnlyList<Failure> Failures,
    [property: Description("Cursor of the following page; null at the end.")] string? Next,
    [property: Description("The 50 most frequent reasons with how many failed so, whatever `reason` asks for.")] IReadOnlyList<FailureCount> Reasons);
