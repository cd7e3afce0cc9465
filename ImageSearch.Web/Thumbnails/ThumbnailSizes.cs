using System.Globalization;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Thumbnails;

/// <summary>The sizes that are made: few, so that nobody can fill the disk with every size there is.</summary>
internal static class ThumbnailSizes
{
    public static readonly IReadOnlyList<int> Steps = [64, 128, 256, 512, 1024];

    private const int Default = 256;

    /// <summary>The smallest step that is at least the size asked for.</summary>
    /// <exception cref="ProblemException">The size is no number in range.</exception>
    public static int Step(string? size)
    {
        if (string.IsNullOrEmpty(size))
        {
            return Default;
        }

        return int.TryParse(size, NumberStyles.Integer, CultureInfo.InvariantCulture, out var pixels) && pixels >= 1 && pixels <= Steps[^1]
            ? Steps.First(step => step >= pixels)
            : throw Problem.InvalidParameter("size", $"size must be a whole number from 1 to {Steps[^1]}.");
    }
}
