using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Search;

namespace ImageSearch.Web.Components.Search;

/// <summary>What one model found.</summary>
/// <param name="Model">The model that was asked; null where the weights chose.</param>
/// <param name="Response">Null when it could not answer.</param>
/// <param name="Problem">Why it could not.</param>
public sealed record ModelAnswer(string? Model, SearchResponse? Response, string? Problem)
{
    /// <summary>Asks each of the models; of several, one that cannot answer leaves the others theirs.</summary>
    /// <param name="models">None: the weights choose one.</param>
    /// <exception cref="ProblemException">The only model cannot answer.</exception>
    internal static async Task<IReadOnlyList<ModelAnswer>> SearchAsync(
        SearchService search, SearchQuery query, IReadOnlyList<string> models, CancellationToken cancellationToken)
    {
        return models.Count > 1
            ? await Task.WhenAll(models.Select(TryAsync))
            : [new ModelAnswer(models.Count == 0 ? null : models[0], await AskAsync(models.Count == 0 ? null : models[0]), null)];

        Task<SearchResponse> AskAsync(string? model) =>
            search.SearchAsync(query with { Parameters = query.Parameters with { Model = model } }, cancellationToken);

        async Task<ModelAnswer> TryAsync(string model)
        {
            try
            {
                return new ModelAnswer(model, await AskAsync(model), null);
            }
            catch (ProblemException e)
            {
                return new ModelAnswer(model, null, e.Message);
            }
        }
    }
}
