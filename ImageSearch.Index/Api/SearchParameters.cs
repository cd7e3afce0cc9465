using System.Globalization;
using ImageSearch.Index.Search;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageSearch.Index.Api;

/// <summary>Reads what a search request says besides its vectors, without taking it apart into collections first.</summary>
internal static class SearchParameters
{
    private const int DefaultK = 10;
    private const int MaximumK = 1000;

    /// <returns>
    /// What to look for, with <see cref="SearchOptions.Ef"/> 0 where the request leaves it to the index, and how many vectors there are.
    /// </returns>
    /// <exception cref="ProblemException">A value is bad.</exception>
    public static (SearchOptions Options, int Vectors) Read(HttpRequest request, IndexOptions options)
    {
        var search = new SearchOptions(DefaultK);
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            var name = pair.DecodeName().Span;
            var value = pair.DecodeValue();
            if (Is(name, "k"))
            {
                search = search with { K = Integer(value, MaximumK) ?? throw Invalid("invalid-k", $"k must be between 1 and {MaximumK}.") };
            }
            else if (Is(name, "tag"))
            {
                search = search with { Tag = value.ToString() };
            }
            else if (Is(name, "minScore"))
            {
                search = search with { MinimumScore = Score(value) ?? throw Invalid("invalid-min-score", "minScore must be a number.") };
            }
            else if (Is(name, "ef"))
            {
                search = search with
                {
                    Ef = Integer(value, options.Hnsw.MaximumEf)
                        ?? throw Invalid("invalid-ef", $"ef must be between 1 and {options.Hnsw.MaximumEf}."),
                };
            }
        }

        return (search, Vectors(request, options));
    }

    private static int Vectors(HttpRequest request, IndexOptions options) => request.Headers["X-Vectors"] is { Count: > 0 } header
        ? Integer(header.ToString().AsMemory(), options.MaximumQueries)
            ?? throw Invalid("invalid-vectors", $"X-Vectors must be between 1 and {options.MaximumQueries}.")
        : 1;

    private static bool Is(ReadOnlySpan<char> name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static int? Integer(ReadOnlyMemory<char> text, int maximum) =>
        int.TryParse(text.Span, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= maximum
            ? value
            : null;

    private static float? Score(ReadOnlyMemory<char> text) =>
        float.TryParse(text.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !float.IsNaN(value) ? value : null;

    private static ProblemException Invalid(string slug, string detail) => new(StatusCodes.Status400BadRequest, slug, detail);
}
