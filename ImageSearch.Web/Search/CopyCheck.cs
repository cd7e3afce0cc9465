using ImageSearch.Core.Fingerprints;

namespace ImageSearch.Web.Search;

/// <summary>
/// Tells copies of a picture by fingerprints, of pictures that the model proposes. Made for one search: what it has found out it remembers.
/// </summary>
internal sealed class CopyCheck
{
    /// <summary>
    /// Cosine from which on a model proposes. Of the copies that the check finds one in a thousand has less, whatever the model's cut-off
    /// is (docs/decisions/0014-same-picture.md).
    /// </summary>
    public const double LeastCosine = 0.5;

    /// <summary>Pictures of which one has no fingerprint are copies from here on.</summary>
    private const double Equal = 0.9999;

    private readonly Dictionary<ImageId, PictureFingerprint?> _fingerprints = [];
    private readonly Dictionary<(ImageId, ImageId), bool> _known = [];

    /// <returns>Those whose fingerprints have not been looked up.</returns>
    public IReadOnlyCollection<ImageId> Missing(IEnumerable<ImageId> ids) =>
        [.. ids.Where(id => !_fingerprints.ContainsKey(id)).Distinct()];

    /// <param name="asked">Pictures whose fingerprints were looked up.</param>
    /// <param name="found">Those that there are.</param>
    public void Add(IReadOnlyCollection<ImageId> asked, IReadOnlyDictionary<ImageId, ReadOnlyMemory<byte>> found)
    {
        foreach (var id in asked)
        {
            _fingerprints[id] = found.TryGetValue(id, out var bytes) ? PictureFingerprint.Read(bytes.Span) : null;
        }
    }

    public bool IsCopy(ImageId one, ImageId other, double cosine) =>
        _known.TryGetValue((one, other), out var known)
            ? known
            : _known[(one, other)] = IsCopy(_fingerprints.GetValueOrDefault(one), other, cosine);

    /// <param name="one">Of a picture that need not be in the collection.</param>
    public bool IsCopy(PictureFingerprint? one, ImageId other, double cosine) =>
        one is not null && _fingerprints.GetValueOrDefault(other) is { } fingerprint
        ? cosine >= LeastCosine && SamePicture.Check(one, fingerprint)
        : cosine >= Equal;
}
