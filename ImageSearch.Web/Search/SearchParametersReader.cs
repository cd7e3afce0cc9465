using System.Globalization;
using ImageSearch.Core.Images;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Search;

/// <summary>Reads a search's parameters from text, wherever it stood, and reports every bad one at once.</summary>
internal static class SearchParametersReader
{
    public const int MaximumTagLength = 100;

    private const int MaximumClientLength = 128;

    /// <summary>The names, as they stand in query strings, form fields and JSON.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["k", "model", "minScore", "tag", "crop", "ef", "group", "relevant", "next", "sticky"];

    /// <summary>Those that are true or false.</summary>
    public static readonly IReadOnlyList<string> Flags = ["group", "relevant", "next"];

    /// <param name="find">The text of a parameter; null or empty when it is not given.</param>
    /// <exception cref="ProblemException">A value is bad.</exception>
    public static SearchParameters Read(Func<string, string?> find, SearchOptions options)
    {
        var errors = new Dictionary<string, string[]>();
        var parameters = Read(find, options, errors);
        return errors.Count == 0 ? parameters : throw Problem.InvalidParameters(errors);
    }

    /// <param name="errors">Receives what is wrong, by name.</param>
    /// <inheritdoc cref="Read(Func{string, string?}, SearchOptions)"/>
    public static SearchParameters Read(Func<string, string?> find, SearchOptions options, Dictionary<string, string[]> errors)
    {
        var k = Integer("k", options.MaximumResults) ?? options.DefaultResults;

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

        var tag = Given("tag") is { } name ? TagRule.Clean(name) : null;
        if (tag?.Length > MaximumTagLength)
        {
            errors["tag"] = [$"tag has at most {MaximumTagLength} characters."];
        }

        if (Given("sticky") is { Length: > MaximumClientLength })
        {
            errors["sticky"] = [$"sticky must have at most {MaximumClientLength} characters."];
        }

        return new SearchParameters(
            k, Given("model"), minScore, tag, crop, Integer("ef", options.MaximumEf), Flag("group"), Flag("relevant"), Given("sticky"),
            Flag("next"));

        string? Given(string name) => find(name) is { Length: > 0 } text ? text : null;

        int? Integer(string name, int maximum)
        {
            if (Given(name) is not { } text)
            {
                return null;
            }

            if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= maximum)
            {
                return value;
            }

            errors[name] = [$"{name} must be a whole number from 1 to {maximum}."];
            return null;
        }

        bool Flag(string name)
        {
            var flag = false;
            if (Given(name) is { } text && !bool.TryParse(text, out flag))
            {
                errors[name] = [$"{name} must be true or false."];
            }

            return flag;
        }
    }
}
