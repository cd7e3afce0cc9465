using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;

namespace ImageSearch.Web.Search;

/// <summary>Asks models in turn until one can answer; those that could not are remembered.</summary>
internal sealed class ModelFallback(ModelChooser chooser, ILogger<ModelFallback> logger)
{
    /// <param name="models">At least one, in the order to ask them in.</param>
    /// <exception cref="ProblemException">None can answer: what hindered the first. Or the search itself is refused.</exception>
    public async Task<T> AskAsync<T>(IReadOnlyList<ModelRoute> models, Func<ModelRoute, Task<T>> ask)
    {
        ProblemException? first = null;
        foreach (var model in models)
        {
            try
            {
                return await ask(model);
            }
            catch (ProblemException e) when (Problem.IsOfTheModel(e))
            {
                chooser.ReportFailure(model);
                Log.ModelFailed(logger, model.Name, e.Slug);
                first ??= e;
            }
        }

        throw first!;
    }
}
