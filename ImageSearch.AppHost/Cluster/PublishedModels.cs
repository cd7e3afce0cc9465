using ImageSearch.Contracts;

namespace ImageSearch.AppHost.Cluster;

/// <summary>Where the files of models come from in a cluster.</summary>
internal static class PublishedModels
{
    /// <summary>Models whose files no pod would have.</summary>
    public static IEnumerable<string> Problems(IEnumerable<Model> models) =>
        from model in models
        from file in model.Files()
        where !ModelDeclaration.IsUrl(file.Path) && (Path.IsPathRooted(file.Path) || file.Path.Split('/', '\\').Contains(".."))
        select $"Model '{model.Name}': {file.Field} '{file.Path}' is a file of this machine, which no pod has. Give an http(s) URL; "
            + $"or copy the file to models/, of which the extractor's image is made, and write models/{Path.GetFileName(file.Path)}.";

    /// <summary>Whether the model's extractors have to reach the internet.</summary>
    public static bool IsDownloaded(this Model model) => model.Files().Any(file => ModelDeclaration.IsUrl(file.Path));

    private static IEnumerable<(string Field, string Path)> Files(this Model model) =>
        from file in new (string Field, string? Path)[]
        {
            ("Source", model.Source), ("Output:Labels", model.Output.Labels), ("Text:Source", model.Text?.Source),
            ("Text:Vocabulary", model.Text?.Vocabulary), ("Text:Merges", model.Text?.Merges), ("Text:Head", model.Text?.Head),
        }
        where !string.IsNullOrEmpty(file.Path)
        select (file.Field, file.Path);
}
