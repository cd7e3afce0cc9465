using System.Globalization;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
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
    private const string All = "all";
    private const string Retried = "retried-";
    private const string Discarded = "discarded-";
    private const string Warning = "What is discarded is deleted from the collection, in every model. This cannot be undone.";

    private IReadOnlyList<Row> _rows = [];
    private IReadOnlyList<FailureReason> _reasons = [];
    private string? _next;
    private string? _problem;
    private string? _said;
    private int _count;
    private long _total;

    [SupplyParameterFromQuery]
    private string? Model { get; set; }

    [SupplyParameterFromQuery]
    private string? Reason { get; set; }

    [SupplyParameterFromQuery]
    private string? Cursor { get; set; }

    /// <summary>What was done to all that the page before showed: <c>retried-3</c>, <c>discarded-3</c>.</summary>
    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    [CascadingParameter]
    private HttpContext Context { get; set; } = null!;

    [Inject]
    private IImageStore Store { get; set; } = null!;

    [Inject]
    private IOptions<ModelRoutes> Models { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private FailureRetrier Retrier { get; set; } = null!;

    [Inject]
    private FailureDiscarder Discarder { get; set; } = null!;

    /// <summary>What to try again: <c>all</c>, <c>selected</c>, or a row.</summary>
    [SupplyParameterFromForm]
    private string? Retry { get; set; }

    /// <summary>What to discard, likewise.</summary>
    [SupplyParameterFromForm]
    private string? Discard { get; set; }

    [SupplyParameterFromForm(Name = "failure")]
    private string[]? Selected { get; set; }

    private FailureFilter Filter => new()
    {
        Models = ImageRequests.Models(Model, Models.Value),
        Reason = string.IsNullOrEmpty(Reason) ? null : Reason,
    };

    private string ListTitle => _total == 1 ? "1 failure" : $"{Figures.Count(_total)} failures";

    protected override async Task OnInitializedAsync()
    {
        _said = HttpMethods.IsGet(Context.Request.Method) ? DoneBefore(Done) : null;
        _problem = await Context.AttemptAsync(ReadAsync);
    }

    private async Task ManageAsync()
    {
        var refusal = await Context.AttemptAsync(ChangeAsync);
        // Of a reason of which nothing is left there is no list to show, nor a page of it.
        if (refusal is null && (Retry ?? Discard) == All && !(string.IsNullOrEmpty(Reason) && Cursor is null))
        {
            Navigation.NavigateTo(Link(Model, null, null, done: $"{(Retry is null ? Discarded : Retried)}{_count}"));
            return;
        }

        _problem = await Context.AttemptAsync(ReadAsync);
        _problem = refusal ?? _problem;
    }

    private async Task ChangeAsync()
    {
        if (Retry is not null)
        {
            foreach (var filter in Chosen(Retry))
            {
                _count += await Retrier.RetryAsync(filter, Context.RequestAborted);
            }

            _said = Sentence(Retried, _count);
        }
        else if (Discard is not null)
        {
            foreach (var filter in Chosen(Discard))
            {
                _count += await Discarder.DiscardAsync(filter, Context.RequestAborted);
            }

            _said = Sentence(Discarded, _count);
        }
    }

    private static string Sentence(string what, long count) => what == Discarded
        ? $"{Figures.Pictures(count)} discarded."
        : count == 1 ? "1 failure tried again." : $"{Figures.Count(count)} failures tried again.";

    /// <summary>What was done on the page that led to this one.</summary>
    private static string? DoneBefore(string? done)
    {
        var what = Array.Find([Retried, Discarded], what => done?.StartsWith(what, StringComparison.Ordinal) == true);
        return what is not null && long.TryParse(done.AsSpan(what.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? Sentence(what, count)
            : null;
    }

    /// <summary>
    /// What a button means: all that the page's filter shows, the rows selected, or one. One filter for each model: a picture may have
    /// failed in several.
    /// </summary>
    private IEnumerable<FailureFilter> Chosen(string value)
    {
        if (value == All)
        {
            return [Filter];
        }

        string[] rows = value == "selected" ? Selected ?? [] : [value];
        return rows.Select(row => row.Split(' ', 2)).GroupBy(row => row[^1], row => row[0]).Select(ids => new FailureFilter
        {
            Models = ImageRequests.Models(ids.Key, Models.Value),
            Ids = BulkRequests.Ids([.. ids]),
        });
    }

    private async Task ReadAsync()
    {
        var filter = Filter;
        var page = await ListAsync(filter);
        _next = page.Next;
        _reasons = await Store.CountFailuresAsync(filter with { Reason = null }, MaximumReasons, Context.RequestAborted);
        _total = filter.Reason is null
            ? await CountAsync(ImageRequests.Models(Model, Models.Value))
            : _reasons.FirstOrDefault(reason => reason.Reason == Reason)?.Count ?? page.Failures.Count;
        var records = await Store.FindAsync([.. page.Failures.Select(failure => failure.Id).Distinct()], Context.RequestAborted);
        _rows = [.. page.Failures.Where(failure => records.ContainsKey(failure.Id)).Select(
            failure => new Row(failure, records[failure.Id].Source))];
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

    private static string Link(string? model, string? reason, string? cursor, string? done = null)
    {
        string?[] parameters =
        [
            string.IsNullOrEmpty(model) ? null : $"model={Uri.EscapeDataString(model)}",
            string.IsNullOrEmpty(reason) ? null : $"reason={Uri.EscapeDataString(reason)}",
            cursor is null ? null : $"cursor={Uri.EscapeDataString(cursor)}",
            done is null ? null : $"done={done}",
        ];
        var query = string.Join('&', parameters.Where(parameter => parameter is not null));
        return query.Length > 0 ? $"/failures?{query}" : "/failures";
    }

    private sealed record Row(Extraction Failure, string Source)
    {
        public string Value => $"{Failure.Id} {Failure.Model.Name}";
    }
}
