using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;

namespace ImageSearch.Web.Search;

/// <summary>Why one search of a batch has no answer.</summary>
public sealed record BatchError(BatchProblem Error)
{
    internal static BatchError Of(ProblemException problem) =>
        new(new BatchProblem(Problems.TypePrefix + problem.Slug, ReasonPhrases.GetReasonPhrase(problem.Status), problem.Status, problem.Message));
}
