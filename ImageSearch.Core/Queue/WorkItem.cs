
namespace ImageSearch.Core.Queue;

/// <summary>A picture to embed. Pictures themselves never go through a queue.</summary>
/// <param name="TraceParent">W3C trace context of the upload, so that one trace leads from upload to searchable; null for none.</param>
public sealed record WorkItem(ImageId Id, string? TraceParent = null);
