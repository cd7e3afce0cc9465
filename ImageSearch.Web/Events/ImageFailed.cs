using ImageSearch.Core.Images;

namespace ImageSearch.Web.Events;

/// <summary>Data of the event <c>failed</c>.</summary>
internal sealed record ImageFailed(ImageId Id, string Model, string Reason);
