namespace ImageSearch.Extractor.Models;

/// <summary>
/// The text encoder of a model: a network that puts words where the pictures are that they describe. Configuration section <c>Model:Text</c>;
/// without <see cref="Source"/> the model has none.
/// </summary>
public sealed class ModelTextOptions
{
    /// <summary>Path or URL of the ONNX file, as for the model itself; null for none.</summary>
    public string? Source { get; set; }

    /// <summary>SHA-256 of the file, 64 hexadecimal digits. May be left out for a path, never for a URL.</summary>
    public string? Sha256 { get; set; }

    /// <summary>How text becomes tokens. Default <see cref="TextTokenizer.WordPiece"/>.</summary>
    public TextTokenizer Tokenizer { get; set; }

    /// <summary>Path or URL of the vocabulary: <c>vocab.txt</c> of WordPiece, <c>vocab.json</c> of BytePair.</summary>
    public string Vocabulary { get; set; } = "";

    /// <summary>Path or URL of <c>merges.txt</c>, which BytePair needs.</summary>
    public string? Merges { get; set; }

    /// <summary>Tokens that are read at most, those of begin and end among them, 3..1,024; what is longer is cut. Default 77.</summary>
    public int MaximumTokens { get; set; } = 77;

    /// <summary>The graph's input for the numbers of the tokens.</summary>
    public string Input { get; set; } = "input_ids";

    /// <summary>The graph's input that is 1 for every token and 0 for padding; null where it has none.</summary>
    public string? Mask { get; set; }

    /// <summary>The graph's input for the kind of each token, always 0; null where it has none.</summary>
    public string? Types { get; set; }

    /// <summary>The graph's output.</summary>
    public string Output { get; set; } = "";

    /// <summary>How the output becomes one vector. Default <see cref="TextPooling.None"/>.</summary>
    public TextPooling Pooling { get; set; }

    /// <summary>
    /// Path or URL of the matrix that takes the vector of the text, scaled to length 1, to the space of the pictures: one row of
    /// <see cref="ModelOptions.Dimension"/> numbers (float16, little-endian) for each of its components, and one that is added. Null: it is there.
    /// </summary>
    public string? Matrix { get; set; }

    internal bool IsDeclared => !string.IsNullOrEmpty(Source);
}

/// <summary>How text becomes tokens.</summary>
public enum TextTokenizer
{
    /// <summary>As BERT and its kin: lower case, the longest known pieces of words.</summary>
    WordPiece,

    /// <summary>Byte-pair encoding as CLIP has it: lower case, pieces merged by a list, the last of a word marked.</summary>
    BytePair,
}

/// <summary>How the output of a text encoder becomes one vector.</summary>
public enum TextPooling
{
    /// <summary>It is one: 1 × floats.</summary>
    None,

    /// <summary>It has one for each token: their mean.</summary>
    Mean,

    /// <summary>It has one for each token: that of the first.</summary>
    First,
}
