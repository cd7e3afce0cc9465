using System.Globalization;
using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Search;

/// <summary>Reads a search's parameters from text, wherever it stood, and reports every bad one at once.</summary>
internal static class SearchParametersReader
{
    /// <summary>The names, as they stand in query strings, form fields and JSON.</summary>
    public static readonly IReadOnlyList<string> Names = ["k", "model", "minScore", "tag", "crop", "ef", "sticky"];

    private const int MaximumTagLength = 100;
    private const int MaximumClientLength = 128;

    /// <param name="find">The text of a parameter; null or empty when it is not given.</param>
    /// <exception cref="ProblemException">A value is bad.</exception>
    public static SearchParameters Read(Func<string, string?> find, SearchOptions options)
    {
        var errors = new Dictionary<string, string[]>();
        var k = options.DefaultResults;
        if (Given("k") is { } count && (!int.TryParse(count, NumberStyles.Integer, CultureInfo.InvariantCulture, out k) || k < 1 || k > options.MaximumResults))
        {
            errors["k"] = [$"k must be a whole number from 1 to {options.MaximumResults}."];
        }

        double? minScore = null;
        if (Given("minScore") is { } score)
        {
            if (double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= -1 and <= 1)
            {
                minScore = value;
            }
            else
            {
                errors["minScore"] = ["minScore must be a number from -1 to 1."];
            }
        }

        CropRectangle? crop = null;
        if (Given("crop") is { } rectangle)
        {
            if (CropRectangle.TryParse(rectangle, out var value))
            {
                crop = value;
            }
            else
            {
                errors["crop"] = ["crop must be x,y,w,h in fractions (0..1) of the picture, of positive size and inside the picture, such as 0.25,0.25,0.5,0.5."];
            }
        }

        var tag = Given("tag");
        if (tag?.Length > MaximumTagLength)
        {
            errors["tag"] = [$"tag has at most {MaximumTagLength} characters."];
        }

        int? ef = null;
        if (Given("ef") is { } candidates)
        {
            if (int.TryParse(candidates, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= options.MaximumEf)
            {
                ef = value;
            }
            else
            {
                errors["ef"] = [$"ef must be a whole number from 1 to {options.MaximumEf}."];
            }
        }

        if (Given("sticky") is { Length: > MaximumClientLength })
        {
            errors["sticky"] = [$"sticky must have at most {MaximumClientLength} characters."];
        }

        return errors.Count == 0 ? new SearchParameters(k, Given("model"), minScore, tag, crop, ef, Given("sticky")) : throw Problem.InvalidParameters(errors);

        string? Given(string name) => find(name) is { Length: > 0 } text ? text : null;
    }
}
