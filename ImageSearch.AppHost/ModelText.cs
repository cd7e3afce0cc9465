namespace ImageSearch.AppHost;

/// <summary>The text encoder of a model, by which words find pictures.</summary>
internal sealed record ModelText
{
    private const string BytePair = "BytePair";

    private static readonly string[] Tokenizers = ["WordPiece", BytePair];
    private static readonly string[] Poolings = ["None", "Mean", "First"];

    /// <summary>An ONNX file: a path (relative ones start at the extractor's own directory) or an http(s) URL.</summary>
    public string Source { get; init; } = "";

    /// <summary>SHA-256 of that file, 64 hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>How text becomes tokens: <c>WordPiece</c> as BERT has it, <c>BytePair</c> as CLIP has it.</summary>
    public string Tokenizer { get; init; } = "WordPiece";

    /// <summary>The tokenizer's vocabulary, path or URL: <c>vocab.txt</c> or <c>vocab.json</c>.</summary>
    public string Vocabulary { get; init; } = "";

    /// <summary><c>merges.txt</c>, path or URL; for <c>BytePair</c> only.</summary>
    public string? Merges { get; init; }

    /// <summary>Tokens that are read of a text at most.</summary>
    public int MaximumTokens { get; init; } = 77;

    /// <summary>The input for the tokens' numbers in the ONNX file.</summary>
    public string Input { get; init; } = "input_ids";

    /// <summary>The input that tells tokens from padding; optional.</summary>
    public string? Mask { get; init; }

    /// <summary>The input for the kinds of tokens; optional.</summary>
    public string? Types { get; init; }

    /// <summary>Name of the output.</summary>
    public string Output { get; init; } = "";

    /// <summary><c>None</c>: the output is one vector; <c>Mean</c>, <c>First</c>: it is one for each token.</summary>
    public string Pooling { get; init; } = "None";

    /// <summary>A matrix from the text's vector to the pictures' space, path or URL; null where the encoder gives vectors of that space.</summary>
    public string? Matrix { get; init; }

    internal IEnumerable<string> Problems() => Rules.Broken(
        (Source.Length > 0, "Text:Source must be a path or an http(s) URL."),
        (Rules.IsSha256(Sha256), "Text:Sha256 must be 64 hexadecimal digits."),
        (Tokenizers.Contains(Tokenizer), $"Text:Tokenizer '{Tokenizer}' is unknown: use {string.Join(" or ", Tokenizers)}."),
        (Vocabulary.Length > 0, "Text:Vocabulary must be the path or URL of the tokenizer's vocabulary."),
        (Tokenizer == BytePair != string.IsNullOrEmpty(Merges), "Text:Merges belongs to the tokenizer BytePair, which needs it."),
        (MaximumTokens is >= 3 and <= 1024, "Text:MaximumTokens must be between 3 and 1024."),
        (Input.Length > 0 && Output.Length > 0, "Text:Input and Text:Output must be names of the ONNX file's input and output."),
        (Poolings.Contains(Pooling), $"Text:Pooling '{Pooling}' is unknown: use {string.Join(", ", Poolings)}."));
}
