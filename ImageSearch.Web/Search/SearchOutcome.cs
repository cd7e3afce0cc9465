using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Search;

/// <summary>One search of several: its answer, or why it has none.</summary>
internal sealed record SearchOutcome(SearchResponse? Response, ProblemException? Problem);
