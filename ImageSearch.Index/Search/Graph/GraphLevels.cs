using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>
/// The level up to which a row has nodes: one in M rows reaches level 1, one in M² level 2. It follows from the id, so that the same rows
/// make the same graph.
/// </summary>
internal static class GraphLevels
{
    /// <summary>With M = 2, which a row in 65,536 would go beyond.</summary>
    public const int Highest = 16;

    public static int Of(ImageId id, int seed, int m)
    {
        Span<byte> bytes = stackalloc byte[ImageId.Size];
        id.CopyTo(bytes);
        var hash = (ulong)(uint)seed;
        foreach (var part in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            // SplitMix64: ids are hashes in production, but need not be.
            hash = (hash ^ part) + 0x9e37_79b9_7f4a_7c15;
            hash = (hash ^ (hash >> 30)) * 0xbf58_476d_1ce4_e5b9;
            hash = (hash ^ (hash >> 27)) * 0x94d0_49bb_1331_11eb;
            hash ^= hash >> 31;
        }

        var uniform = ((hash >> 11) + 1) * (1.0 / (1L << 53)); // above 0, at most 1
        return Math.Min((int)(-Math.Log(uniform) / Math.Log(m)), Highest);
    }
}
