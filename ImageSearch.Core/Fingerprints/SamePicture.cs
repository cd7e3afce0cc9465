namespace ImageSearch.Core.Fingerprints;

/// <summary>
/// Tells whether two files show the same picture: re-encoded, resized, cropped, mirrored, turned, grey, with a border. Two photographs of
/// one subject are not the same picture, and neither are two frames of an animation.
/// <code>
/// 1. Where may one lie on the other?  whole on whole, turned by quarters and mirrored; or as corners say that look alike (CornerMatcher)
/// 2. Where exactly?                   to where their difference is least (Alignment)
/// 3. Do they agree there?             in brightness, in detail, and nowhere not (PixelCheck)
/// </code>
/// </summary>
/// <remarks>How the numbers were found, and what they give: docs/decisions/0014-same-picture.md.</remarks>
public static class SamePicture
{
    private const int Side = PictureFingerprint.Side;

    /// <summary>Whole pictures that lie on each other agree so much in their coarse layout.</summary>
    private const double LeastLayout = 0.8;

    /// <summary>Before they are aligned, pictures that corners put in their place agree less; in a wrong one hardly ever so much.</summary>
    private const double LeastBefore = 0.58;

    /// <summary>Whole pictures lie on each other if their proportions differ by less.</summary>
    private const double ProportionTolerance = 0.1;

    /// <summary>Compares two pictures; which of them comes first makes no difference.</summary>
    public static bool Check(PictureFingerprint one, PictureFingerprint other)
    {
        // The same question has the same answer, to the last bit of its arithmetic, whichever way it is asked.
        if (one.Grey.AsSpan().SequenceCompareTo(other.Grey) < 0)
        {
            (one, other) = (other, one);
        }

        return LiesWhole(one, other) || LiesWhole(one.Mirrored, other) || LiesByCorners(one, other) || LiesByCorners(one.Mirrored, other);
    }

    private static bool LiesWhole(PictureFingerprint one, PictureFingerprint other)
    {
        for (var quarters = 0; quarters < 4; quarters++)
        {
            var (width, height) = quarters % 2 == 0 ? (one.Width, one.Height) : (one.Height, one.Width);
            if (AreAlike(width * other.Height, height * other.Width)
                && one.Layout.Correlation(other.Layout, quarters) >= LeastLayout
                && LiesAt(one, other, Turn(quarters, ((double)other.Width / width + (double)other.Height / height) / 2, other)))
            {
                return true;
            }
        }

        return false;
    }

    private static Similarity Turn(int quarters, double scale, PictureFingerprint other) => quarters switch
    {
        0 => new Similarity(scale, 0, 0, 0),
        1 => new Similarity(0, scale, other.Width, 0),
        2 => new Similarity(-scale, 0, other.Width, other.Height),
        _ => new Similarity(0, -scale, 0, other.Height),
    };

    private static bool LiesByCorners(PictureFingerprint one, PictureFingerprint other)
    {
        Span<Similarity> proposals = stackalloc Similarity[CornerMatcher.MostProposals];
        foreach (var place in proposals[..CornerMatcher.Propose(one, other, proposals)])
        {
            if (LiesAt(one, other, place))
            {
                return true;
            }
        }

        return false;
    }

    private static bool LiesAt(PictureFingerprint one, PictureFingerprint other, Similarity place)
    {
        // Pixels can be made coarser, not finer.
        if (place.SquaredScale < 1)
        {
            (one, other, place) = (other, one, place.Inverse);
        }

        Span<float> pixels = stackalloc float[Side * Side];
        var overlap = new Overlap(one, other, pixels);
        overlap.Put(place, step: 2);
        if (overlap.Compare().Correlation < LeastBefore)
        {
            return false;
        }

        overlap.Put(place);
        place = Alignment.Refine(one, overlap, place);
        return PixelCheck.Agrees(one, other, overlap, place);
    }

    private static bool AreAlike(double side, double other) => Math.Abs(side - other) < ProportionTolerance * Math.Max(side, other);
}
