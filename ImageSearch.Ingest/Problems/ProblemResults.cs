using Microsoft.AspNetCore.Http.HttpResults;

namespace ImageSearch.Ingest.Problems;

/// <summary>Problem details with the types of this system.</summary>
internal static class ProblemResults
{
    public static ProblemHttpResult Create(int status, string problem, string detail, params KeyValuePair<string, object?>[] extensions) =>
        TypedResults.Problem(
            detail, statusCode: status, type: $"urn:imagesearch:{problem}", title: Title(problem), extensions: extensions);

    /// <summary>The slug in words: <c>too-many-files</c> is "Too many files".</summary>
    private static string Title(string problem) => char.ToUpperInvariant(problem[0]) + problem[1..].Replace('-', ' ');
}
