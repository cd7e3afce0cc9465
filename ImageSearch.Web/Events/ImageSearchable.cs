using ImageSearch.Core.Images;

namespace ImageSearch.Web.Events;

/// <summary>Data of the event <c>searchable</c>.</summary>
internal sealed record ImageSearchable(ImageId Id, string Model, string Version);
