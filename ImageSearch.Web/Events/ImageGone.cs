using ImageSearch.Core.Images;

namespace ImageSearch.Web.Events;

/// <summary>Data of the event <c>gone</c>: the picture was deleted, or there never was one.</summary>
internal sealed record ImageGone(ImageId Id);
