namespace ImageSearch.Core.Fingerprints;

/// <summary>A corner of a picture that is found again in its copies, and what is around it.</summary>
/// <param name="X">Pixels of the picture at <see cref="PictureFingerprint.LongerSide"/>.</param>
/// <param name="Y">As <paramref name="X"/>.</param>
/// <param name="Level">Level of the pyramid, 0 the finest: the corner is <see cref="CornerFinder.LevelStep"/> to this power large.</param>
/// <param name="Angle">Direction in which the corner is brightest, in 256ths of a turn.</param>
/// <param name="Bits">Comparisons of pairs of points around the corner, turned by its angle.</param>
/// <param name="MirroredBits">
/// The same comparisons of the points' mirror images: what <paramref name="Bits"/> is in a mirrored picture.
/// </param>
internal readonly record struct Corner(byte X, byte Y, byte Level, byte Angle, ulong Bits, ulong MirroredBits)
{
    /// <summary>Bytes of one in a fingerprint.</summary>
    public const int Size = 4 + (2 * sizeof(ulong));

    /// <summary>The corner in the mirror image of a picture.</summary>
    public Corner Mirrored(int width) => new((byte)(width - 1 - X), Y, Level, (byte)(128 - Angle), MirroredBits, Bits);
}
