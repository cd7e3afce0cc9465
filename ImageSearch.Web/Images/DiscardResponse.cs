using System.ComponentModel;

namespace ImageSearch.Web.Images;

/// <summary>Answer of a discard.</summary>
internal sealed record DiscardResponse([property: Description("Pictures that were deleted.")] int Discarded);
