using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web;

/// <summary>The problems that this service tells its clients of.</summary>
internal static class Problem
{
    private const string ExtractorUnavailableSlug = "extractor-unavailable";
    private const string IndexUnavailableSlug = "index-unavailable";

    public static ProblemException InvalidParameters(IReadOnlyDictionary<string, string[]> errors) =>
        new(StatusCodes.Status400BadRequest, "invalid-parameters", string.Join(" ", errors.Values.SelectMany(sentences => sentences)))
        {
            Extensions = new Dictionary<string, object?> { ["errors"] = errors },
        };

    public static ProblemException InvalidParameter(string name, string sentence) =>
        InvalidParameters(new Dictionary<string, string[]> { [name] = [sentence] });

    public static ProblemException InvalidRequest(string sentence, Exception? cause = null) =>
        new(StatusCodes.Status400BadRequest, "invalid-request", sentence, cause);

    public static ProblemException UnknownImage(ImageId id) =>
        new(StatusCodes.Status404NotFound, "unknown-image", $"There is no picture {id}: it was never added, or it was deleted.");

    /// <param name="models">Those that there are.</param>
    /// <param name="without">What it means to name none.</param>
    public static ProblemException UnknownModel(ModelRoutes models, string without) => InvalidParameter("model", NoSuchModel(models, without));

    public static string NoSuchModel(ModelRoutes models, string without) =>
        $"There is no such model. Name one of: {string.Join(", ", models.Select(model => model.Name))}; or none, {without}.";

    public static ProblemException NoWords(ModelRoutes models) => models.Where(model => model.Words).Select(model => model.Name).ToList() switch
    {
        [] => InvalidParameter("text", "No model here can be searched by words. Search by a picture, or declare a model with a text encoder (docs/models.md)."),
        var named => InvalidParameter("model", $"The model cannot be searched by words. These can: {string.Join(", ", named)}."),
    };

    public static ProblemException CursorExpired() => new(
        StatusCodes.Status410Gone,
        "cursor-expired",
        "The search cannot go on: its picture was deleted, or its model has another version by now. Search again from the start.");

    public static ProblemException ExamplesCancelOut() =>
        InvalidParameter("negative", "The negative examples leave nothing over of the positive ones. Leave some out.");

    public static ProblemException TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "too-large", $"The picture has more than {limit:N0} bytes. Send a smaller one.");

    public static ProblemException BatchTooLarge(long limit) => new(
        StatusCodes.Status413PayloadTooLarge, "too-large", $"The pictures have more than {limit:N0} bytes together. Send fewer at a time, or smaller ones.");

    public static ProblemException UnsupportedContent(string sentence) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", sentence);

    /// <summary>Whether another model may be able to do what one could not.</summary>
    public static bool IsOfTheModel(ProblemException problem) => problem.Slug is ExtractorUnavailableSlug or IndexUnavailableSlug;

    public static ProblemException ExtractorUnavailable(ModelRoute model, string reason, Exception? cause = null) => new(
        StatusCodes.Status503ServiceUnavailable,
        ExtractorUnavailableSlug,
        $"The model '{model.Name}' cannot embed pictures now: its extractor {reason}. Try again in a few seconds, or name another model.",
        cause);

    public static ProblemException IndexUnavailable(ModelRoute model, string reason) => new(
        StatusCodes.Status503ServiceUnavailable,
        IndexUnavailableSlug,
        $"No shard of the model '{model.Name}' can be searched now: shard 0 {reason}. Try again in a few seconds, or name another model.");

    public static ProblemException IngestUnavailable(string reason, Exception? cause = null) => new(
        StatusCodes.Status503ServiceUnavailable,
        "ingest-unavailable",
        $"Pictures cannot be taken in now: the ingest service {reason}. Try again in a few seconds.",
        cause);
}
