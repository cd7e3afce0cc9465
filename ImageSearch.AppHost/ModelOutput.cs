namespace ImageSearch.AppHost;

/// <summary>What is read from the model.</summary>
internal sealed record ModelOutput
{
    /// <summary>Name of the output that is the embedding.</summary>
    public string Embedding { get; init; } = "";

    /// <summary>Name of the output with one probability per label; optional.</summary>
    public string? Probabilities { get; init; }

    /// <summary>A text file with one label per line, path or URL as for the model; needed with <see cref="Probabilities"/>.</summary>
    public string? Labels { get; init; }

    internal IEnumerable<string> Problems() => Rules.Broken(
        (Embedding.Length > 0, "Output:Embedding must not be empty."),
        (string.IsNullOrEmpty(Labels) || !string.IsNullOrEmpty(Probabilities), "Output:Labels needs Output:Probabilities."));
}
