using ImageSearch.Core;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Images;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>One picture: large, with its record and its state in every model.</summary>
public sealed partial class PicturePage : ComponentBase
{
    private ImageDetails? _details;
    private string? _problem;

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private IImageStore Store { get; set; } = null!;

    [Inject]
    private IOptions<ModelRoutes> Models { get; set; } = null!;

    private IReadOnlyList<Label>? Labels => _details?.Models.FirstOrDefault(model => model.Labels is not null)?.Labels;

    private bool HasFailed => _details!.Models.Any(model => model.State == ExtractionState.Failed);

    private bool IsUnreadable => HasFailed && !_details!.Models.Any(model => model.State == ExtractionState.Indexed);

    private string Kilobytes => _details!.Bytes < 1_000_000 ? $"{_details.Bytes / 1000.0:0.#} kB" : $"{_details.Bytes / 1_000_000.0:0.#} MB";

    protected override async Task OnInitializedAsync()
    {
        try
        {
            var id = ImageRequests.Id(Id);
            var image = await Store.FindAsync(id, Context.RequestAborted) ?? throw Problem.UnknownImage(id);
            _details = ImageDetails.Of(image, Models.Value, await Store.FindExtractionsAsync(id, Context.RequestAborted));
        }
        catch (ProblemException e)
        {
            _problem = e.Message;
            Context.AnswerWith(e.Status);
        }
        catch (BackendUnavailableException)
        {
            _problem = PageStatus.StoreIsAway;
            Context.AnswerWith(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
