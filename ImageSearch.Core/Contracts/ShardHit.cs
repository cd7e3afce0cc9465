using ImageSearch.Core.Images;

namespace ImageSearch.Core.Contracts;

/// <summary>A picture that an index found, with its cosine similarity, -1..1.</summary>
public readonly record struct ShardHit(ImageId Id, float Score);
