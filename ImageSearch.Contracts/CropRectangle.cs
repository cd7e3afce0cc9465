using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ImageSearch.Contracts;

/// <summary>A part of a picture, in fractions (0..1) of its width and height as shown.</summary>
public readonly record struct CropRectangle(double X, double Y, double Width, double Height)
{
    /// <summary>
    /// Reads <c>x,y,w,h</c>; false unless all lie in 0..1, the size is positive and the rectangle lies inside the picture.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CropRectangle crop)
    {
        crop = default;
        var parts = text?.Split(',') ?? [];
        Span<double> values = stackalloc double[4];
        if (parts.Length != 4)
        {
            return false;
        }

        for (var i = 0; i < 4; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                || !(values[i] >= 0 && values[i] <= 1))
            {
                return false;
            }
        }

        crop = new CropRectangle(values[0], values[1], values[2], values[3]);
        // A hair above 1 is what rounding makes of "the rest of the picture".
        return crop.Width > 0 && crop.Height > 0 && crop.X + crop.Width <= 1.000001 && crop.Y + crop.Height <= 1.000001;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X},{Y},{Width},{Height}");
}
