using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Core.Imaging;

/// <summary>What a picture may be at most. Configuration section <c>Limits</c>, the same in every service.</summary>
public sealed class ImageLimits
{
    public const string Section = "Limits";

    /// <summary>Bytes that a form may add to each of its files: headers and boundaries.</summary>
    public const int PartOverhead = 16 * 1024;

    /// <summary>Bytes of one picture. Default 25 MB (25,000,000).</summary>
    [Range(1, 1_000_000_000)]
    public long MaximumBytes { get; set; } = 25_000_000;

    /// <summary>Pixels after decoding, checked from the header. Default 64 Mpixel (64,000,000).</summary>
    [Range(1, 1_000_000_000)]
    public long MaximumPixels { get; set; } = 64_000_000;

    /// <summary>Files of one upload. Default 100.</summary>
    [Range(1, 10_000)]
    public int MaximumFiles { get; set; } = 100;

    /// <summary>Bytes of one upload: every file that it may have, each at its limit; the fields count as one file more.</summary>
    public long MaximumRequestBytes => (MaximumFiles + 1) * (MaximumBytes + PartOverhead);
}
