using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;

namespace ImageSearch.Web.Images;

/// <summary>A picture's record, and its state in every declared model.</summary>
public sealed record ImageDetails(
    ImageId Id,
    string Source,
    string ContentType,
    int Width,
    int Height,
    long Bytes,
    IReadOnlyList<string> Tags,
    DateTimeOffset AddedAt,
    IReadOnlyList<ModelState> Models)
{
    public static ImageDetails Of(ImageRecord image, ModelRoutes models, IReadOnlyList<Extraction> extractions) => new(
        image.Id,
        image.Source,
        image.ContentType,
        image.Width,
        image.Height,
        image.Bytes,
        image.Tags,
        image.AddedAt,
        [.. models.Select(model => StateOf(model.Key, extractions.FirstOrDefault(extraction => extraction.Model == model.Key)))]);

    // No entry: the model has not come to it yet.
    private static ModelState StateOf(ModelKey model, Extraction? extraction) => extraction is null
        ? new ModelState(model.Name, model.Version, ExtractionState.Pending, 0, null, null)
        : new ModelState(
            model.Name, model.Version, extraction.State, extraction.Attempts, extraction.Reason, extraction.Labels.Count > 0 ? extraction.Labels : null);
}
