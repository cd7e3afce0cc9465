using System.ComponentModel;
using ImageSearch.Core.Images;

namespace ImageSearch.Web.Images;

/// <summary>One page of the collection.</summary>
internal sealed record ImageList(
    [property: Description("Newest first.")] IReadOnlyList<ImageRecord> Images,
    [property: Description("Cursor of the following page; null at the end.")] string? Next);
