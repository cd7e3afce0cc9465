using System.Globalization;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Images;

/// <summary>Checks what stands in the addresses of pictures.</summary>
internal static class ImageRequests
{
    public const int DefaultLimit = 50;
    public const int MaximumLimit = 1000;

    /// <exception cref="ProblemException">The text is no id.</exception>
    public static ImageId Id(string text) => ImageId.TryParse(text, null, out var id)
        ? id
        : throw Problem.InvalidParameter("id", "A picture's id is 64 hexadecimal digits.");

    /// <exception cref="ProblemException">The text is no number in range.</exception>
    public static int Limit(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return DefaultLimit;
        }

        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaximumLimit
            ? limit
            : throw Problem.InvalidParameter("limit", $"limit must be a whole number from 1 to {MaximumLimit}.");
    }

    /// <exception cref="ProblemException">The state or the model is unknown.</exception>
    public static ImageFilter Filter(string? state, string? model, string? tag, ModelRoutes models) => new()
    {
        State = State(state),
        Models = Models(model, models),
        Tag = TagRule.Clean(tag) is { Length: > 0 } clean ? clean : null,
    };

    /// <returns>The declared models, or the one that is named.</returns>
    /// <exception cref="ProblemException">There is none of that name.</exception>
    public static IReadOnlyList<ModelKey> Models(string? model, ModelRoutes models) => string.IsNullOrEmpty(model)
        ? [.. models.Select(route => route.Key)]
        : [(models.Named(model) ?? throw Problem.UnknownModel(models, "which means all")).Key];

    private static ImageState? State(string? text) => text switch
    {
        null or "" => null,
        "pending" => ImageState.Pending,
        "indexed" => ImageState.Indexed,
        "failed" => ImageState.Failed,
        _ => throw Problem.InvalidParameter("state", "state must be pending, indexed or failed."),
    };
}
