namespace ImageSearch.Web.Search;

/// <summary>Addresses of searches.</summary>
internal static class SearchLinks
{
    /// <summary>The parameters that a search by one of the results keeps, each with a leading '&amp;'.</summary>
    public static string Options(SearchParameters parameters, int? defaultCount = null)
    {
        var options = parameters.K == defaultCount ? "" : $"&k={parameters.K}";
        options += parameters.Model is { } model ? $"&model={Uri.EscapeDataString(model)}" : "";
        return options + (parameters.Tag is { } tag ? $"&tag={Uri.EscapeDataString(tag)}" : "");
    }
}
