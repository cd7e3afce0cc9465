
namespace ImageSearch.Extractor.Embedding;

/// <summary>What became of a picture.</summary>
/// <param name="Vector">L2-normalised.</param>
/// <param name="Labels">Best first; empty when the model has none.</param>
/// <param name="Fingerprint">Bytes of the fingerprint.</param>
internal sealed record PictureEmbedding(float[] Vector, IReadOnlyList<Label> Labels, byte[] Fingerprint, EmbedTimes Times);
