namespace ImageSearch.Core.Models;

/// <summary>All declared models, in the order of their declaration.</summary>
public sealed class ModelRoutes : List<ModelRoute>
{
    public const string Section = "Models";

    public ModelRoute? Named(string name) => Find(model => model.Name == name);
}
