
namespace ImageSearch.Core.Store;

/// <summary>One entry of the change feed: a vector that is new or has changed, or (with an empty vector) a deletion.</summary>
public readonly record struct VectorChange(ImageId Id, ReadOnlyMemory<float> Vector, IReadOnlyList<string> Tags)
{
    public bool IsDeletion => Vector.IsEmpty;
}
