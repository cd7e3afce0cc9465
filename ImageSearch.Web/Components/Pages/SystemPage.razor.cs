using ImageSearch.Web.SystemStatus;
using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Pages;

/// <summary>What an operator looks at first. It is rendered from the last look, so that it costs nothing to refresh.</summary>
public sealed partial class SystemPage : ComponentBase
{
    private SystemReport? _report;

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private SystemSampler Sampler { get; set; } = null!;

    private int Interval => (int)(_report!.History.StepSeconds * 1000);

    protected override async Task OnInitializedAsync()
    {
        Context.Response.Headers.CacheControl = "no-store";
        _report = await Sampler.ReportAsync(Context.RequestAborted);
    }
}
