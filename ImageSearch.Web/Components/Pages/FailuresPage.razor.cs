using ImageSearch.Core;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Components.Board;
using ImageSearch.Web.Images;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Components.Pages;

/// <summary>The dead-letter workbench: what models gave up, by reason, to be tried again or discarded.</summary>
public sealed partial class FailuresPage : ComponentBase
{
    private const int PageSize = 50;
    private const int MaximumReasons = 50;

    private IReadOnlyList<Row> _rows = [];
    private IReadOnlyList<FailureReason> _reasons = [];
    private string? _next;
    private string? _problem;
    private long _total;

    [SupplyParameterFromQuery]
    private string? Model { get; set; }

    [SupplyParameterFromQuery]
    private string? Reason { get; set; }

    [SupplyParameterFromQuery]
    private string? Cursor { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private IImageStore Store { get; set; } = null!;

    [Inject]
    private IOptions<ModelRoutes> Models { get; set; } = null!;

    private string ListTitle => _total == 1 ? "1 failure" : $"{Figures.Count(_total)} failures";

    protected override async Task OnInitializedAsync()
    {
        try
        {
            await ReadAsync();
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

    private async Task ReadAsync()
    {
        var filter = new FailureFilter
        {
            Models = ImageRequests.Filter(null, Model, null, Models.Value).Models,
            Reason = string.IsNullOrEmpty(Reason) ? null : Reason,
        };
        var page = await ListAsync(filter);
        _next = page.Next;
        _reasons = await Store.CountFailuresAsync(filter with { Reason = null }, MaximumReasons, Context.RequestAborted);
        _total = filter.Reason is null ? await CountAsync(filter.Models) : _reasons.FirstOrDefault(reason => reason.Reason == Reason)?.Count ?? page.Failures.Count;
        var records = await Store.FindAsync([.. page.Failures.Select(failure => failure.Id).Distinct()], Context.RequestAborted);
        _rows = [.. page.Failures.Where(failure => records.ContainsKey(failure.Id)).Select(failure => new Row(failure, records[failure.Id].Source))];
    }

    private async Task<FailurePage> ListAsync(FailureFilter filter)
    {
        try
        {
            return await Store.ListFailuresAsync(filter, PageSize, string.IsNullOrEmpty(Cursor) ? null : Cursor, Context.RequestAborted);
        }
        catch (FormatException)
        {
            throw Problem.InvalidParameter("cursor", "There is no such page of the failures. Start again from the latest.");
        }
    }

    private async Task<long> CountAsync(IReadOnlyCollection<ModelKey> models)
    {
        long count = 0;
        foreach (var model in models)
        {
            count += (await Store.CountExtractionsAsync(model, Context.RequestAborted)).Failed;
        }

        return count;
    }

    private static string Link(string? model, string? reason, string? cursor)
    {
        string?[] parameters =
        [
            string.IsNullOrEmpty(model) ? null : $"model={Uri.EscapeDataString(model)}",
            string.IsNullOrEmpty(reason) ? null : $"reason={Uri.EscapeDataString(reason)}",
            cursor is null ? null : $"cursor={Uri.EscapeDataString(cursor)}",
        ];
        var query = string.Join('&', parameters.Where(parameter => parameter is not null));
        return query.Length > 0 ? $"/failures?{query}" : "/failures";
    }

    private sealed record Row(Extraction Failure, string Source);
}
