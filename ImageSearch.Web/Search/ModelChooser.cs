using System.Collections.Concurrent;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>
/// Chooses the model that answers a search: the named one, else by chance in proportion to the weights. One that could not answer a moment
/// ago comes after all others, so that not every search waits for it again.
/// </summary>
internal sealed class ModelChooser(IOptions<ModelRoutes> models, IOptions<SearchOptions> options, Random random, TimeProvider time)
{
    // One entry per declared model at most.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _failures = new();

    /// <returns>The named model alone; or all that have a weight, in the order to try them in.</returns>
    /// <exception cref="ProblemException">The name is unknown, or none is given and no model has a weight.</exception>
    public IReadOnlyList<ModelRoute> Choose(string? name)
    {
        if (name is not null)
        {
            return [models.Value.Named(name) ?? throw Problem.UnknownModel(models.Value, "and one is chosen")];
        }

        var left = models.Value.Where(model => model.Weight > 0).ToList();
        if (left.Count == 0)
        {
            throw Problem.InvalidParameter("model", "Every model has weight 0 here: name the one to search with.");
        }

        var order = new List<ModelRoute>(left.Count);
        while (left.Count > 0)
        {
            var next = Draw(left);
            left.Remove(next);
            order.Add(next);
        }

        return [.. order.OrderBy(FailedLately)];
    }

    /// <summary>The model could not answer a search.</summary>
    public void ReportFailure(ModelRoute model) => _failures[model.Name] = time.GetUtcNow();

    private bool FailedLately(ModelRoute model) =>
        _failures.TryGetValue(model.Name, out var failed) && time.GetUtcNow() - failed < options.Value.AvoidFailedModelFor;

    private ModelRoute Draw(List<ModelRoute> candidates)
    {
        var point = random.NextDouble() * candidates.Sum(model => model.Weight);
        foreach (var model in candidates)
        {
            point -= model.Weight;
            if (point < 0)
            {
                return model;
            }
        }

        // Rounding may leave the point a hair above the last weight.
        return candidates[^1];
    }
}
