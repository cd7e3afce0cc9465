namespace ImageSearch.Extractor.Models;

/// <summary>What a model gives. Configuration section <c>Model:Output</c>.</summary>
public sealed class ModelOutputOptions
{
    /// <summary>Name of the output that has <see cref="ModelOptions.Dimension"/> floats per picture.</summary>
    public string Embedding { get; set; } = "";

    /// <summary>Name of the output that has a probability per label; null for none.</summary>
    public string? Probabilities { get; set; }

    /// <summary>Path or URL of a text file with one label a line, in the order of <see cref="Probabilities"/>; null for none.</summary>
    public string? Labels { get; set; }
}
