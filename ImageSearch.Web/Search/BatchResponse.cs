using System.ComponentModel;

namespace ImageSearch.Web.Search;

/// <summary>Answer of a batch of searches.</summary>
/// <param name="Answers">In the order of the pictures: a <see cref="SearchResponse"/> or a <see cref="BatchError"/> each.</param>
/// <param name="TookMs">Milliseconds.</param>
public sealed record BatchResponse(
    [property: Description("In the order of the pictures: each as of one search, or `error` with the problem that it has.")] IReadOnlyList<object> Answers,
    [property: Description("Where the time went, in milliseconds; decoding and embedding summed up over the pictures, of which several are embedded at once.")] SearchTimes TookMs);
