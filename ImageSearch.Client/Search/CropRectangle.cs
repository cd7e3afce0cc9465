using System.Globalization;

namespace ImageSearch.Client.Search;

/// <summary>A part of a picture, in fractions (0..1) of its width and height as shown.</summary>
public sealed record CropRectangle(double X, double Y, double Width, double Height)
{
    /// <summary>Reads <c>x,y,w,h</c>.</summary>
    /// <exception cref="FormatException">It is not of that form, or reaches out of the picture.</exception>
    public static CropRectangle Parse(string text)
    {
        var parts = text.Split(',');
        Span<double> values = stackalloc double[4];
        var good = parts.Length == 4;
        for (var i = 0; good && i < 4; i++)
        {
            good = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) && values[i] is >= 0 and <= 1;
        }

        return good && values[2] > 0 && values[3] > 0 && values[0] + values[2] <= 1 + 1e-9 && values[1] + values[3] <= 1 + 1e-9
            ? new CropRectangle(values[0], values[1], values[2], values[3])
            : throw new FormatException("A crop is x,y,w,h in fractions (0..1) of the picture, of positive size and inside the picture, such as 0.25,0.25,0.5,0.5.");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X},{Y},{Width},{Height}");
}
