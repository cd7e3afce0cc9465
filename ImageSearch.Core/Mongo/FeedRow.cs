using ImageSearch.Core.Images;
using ImageSearch.Core.Store;

namespace ImageSearch.Core.Mongo;

/// <summary>A document of the feed: when it changed last, and which change that was. <see cref="Change"/> is default where only this is known.</summary>
internal readonly record struct FeedRow(ImageId Id, long UpdatedAt, int Revision, VectorChange Change);
