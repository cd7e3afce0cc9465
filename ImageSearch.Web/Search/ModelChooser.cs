using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Search;

/// <summary>Chooses the model that answers a search: the named one, else by chance in proportion to the weights.</summary>
internal sealed class ModelChooser(IOptions<ModelRoutes> models, Random random)
{
    /// <exception cref="ProblemException">The name is unknown, or none is given and no model has a weight.</exception>
    public ModelRoute Choose(string? name)
    {
        if (name is not null)
        {
            return models.Value.Named(name) ?? throw Problem.UnknownModel(models.Value);
        }

        var point = random.NextDouble() * models.Value.Sum(model => model.Weight);
        foreach (var model in models.Value.Where(model => model.Weight > 0))
        {
            point -= model.Weight;
            if (point < 0)
            {
                return model;
            }
        }

        // Rounding may leave the point a hair above the last weight.
        return models.Value.FindLast(model => model.Weight > 0)
            ?? throw Problem.InvalidParameter("model", "Every model has weight 0 here: name the one to search with.");
    }
}
