
namespace ImageSearch.Core.Store;

/// <summary>A picture's embedding: L2-normalised float32.</summary>
/// <param name="Attempts">Attempts that it took, 1 when the first succeeded.</param>
/// <param name="Labels">Best labels first, empty when the model has none.</param>
public sealed record ImageVector(ImageId Id, ReadOnlyMemory<float> Vector, int Attempts, IReadOnlyList<Label> Labels)
{
    /// <summary>Bytes of the picture's <see cref="Fingerprints.PictureFingerprint"/>, kept as they are; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Fingerprint { get; init; }
}
