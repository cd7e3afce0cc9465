using System.Text.RegularExpressions;

namespace ImageSearch.Contracts;

/// <summary>
/// A model as it is declared: its file, how a picture becomes its input, and what is read of its output. The AppHost declares it, and an
/// extractor gets it as the configuration section <c>Model</c>. docs/models.md explains the fields.
/// </summary>
public abstract partial record ModelDeclaration
{
    public const int MaximumDimension = 8192;

    /// <summary>1 to 32 lower-case letters, digits and single hyphens; part of resource names, queues and tables.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Vectors of different versions are never compared: change it whenever vectors change, and everything is embedded anew.
    /// </summary>
    public string Version { get; init; } = "1";

    /// <summary>An ONNX file: a path (relative ones start at the extractor's own directory) or an http(s) URL.</summary>
    public string Source { get; init; } = "";

    /// <summary>
    /// SHA-256 of that file, 64 hexadecimal digits; the extractor loads nothing else. May be left out for a path, never for a URL.
    /// </summary>
    public string? Sha256 { get; init; }

    /// <summary>Floats of a vector, 1..8192.</summary>
    public int Dimension { get; init; }

    /// <summary>How a query reaches an extractor: <c>Http</c>, or <c>Rpc</c> through the broker, which takes the servers backend.</summary>
    public QueryTransport QueryTransport { get; init; }

    public ModelInput Input { get; init; } = new();

    public ModelOutput Output { get; init; } = new();

    /// <summary>The encoder for searches by words; null: the model has none.</summary>
    public ModelText? Text { get; init; }

    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>Whether a source is fetched rather than opened.</summary>
    public static bool IsUrl(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Everything that is wrong with the declaration, each a sentence that begins with the field.</summary>
    public IEnumerable<string> Problems() => Own().Concat(Input.Problems()).Concat(Output.Problems()).Concat(Text?.Problems() ?? []);

    internal static IEnumerable<string> Broken(params (bool Holds, string Message)[] rules) =>
        rules.Where(rule => !rule.Holds).Select(rule => rule.Message);

    /// <summary>Path or well-formed URL; nothing at all is left to another rule.</summary>
    internal static bool IsSource(string? source) =>
        string.IsNullOrEmpty(source) || !IsUrl(source) || Uri.TryCreate(source, UriKind.Absolute, out _);

    internal static bool IsSha256(string? text) => string.IsNullOrEmpty(text) || HashPattern().IsMatch(text);

    internal static bool NeedsSha256(string? source, string? sha256) => source is not null && IsUrl(source) && string.IsNullOrEmpty(sha256);

    private IEnumerable<string> Own() => Broken(
        (IsName(Name), "Name must be 1 to 32 lower-case letters, digits and single hyphens, starting and ending with a letter or digit."),
        (
            !string.IsNullOrWhiteSpace(Version),
            "Version must not be empty: give the model a version, and a new one whenever its vectors change."),
        (!string.IsNullOrWhiteSpace(Source), "Source must be a path or an http(s) URL."),
        (IsSource(Source), "Source is not a valid URL."),
        (!NeedsSha256(Source, Sha256), "Sha256 is not set: a model from a URL needs its checksum."),
        (IsSha256(Sha256), "Sha256 must be 64 hexadecimal digits."),
        (
            Dimension is >= 1 and <= MaximumDimension,
            $"Dimension must be between 1 and {MaximumDimension}: the floats that the embedding output has per picture."),
        (Enum.IsDefined(QueryTransport), "QueryTransport must be Http or Rpc."));

    [GeneratedRegex(@"\A(?=.{1,32}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z")]
    private static partial Regex HashPattern();
}

/// <summary>How the picture of a query gets from web to a model's extractors. docs/rpc.md says when which is worth it.</summary>
public enum QueryTransport
{
    /// <summary><c>POST /embed</c>: web chooses the replica.</summary>
    Http,

    /// <summary>
    /// Request and reply over the model's RabbitMQ queue: the replica that is free takes the next. Needs the servers backend.
    /// </summary>
    Rpc,
}

/// <summary>How a picture becomes the model's input; a channel's value is (byte - mean) * scale.</summary>
public sealed record ModelInput
{
    private const int MaximumSide = 2048;

    /// <summary>The input's name in the ONNX file.</summary>
    public string Name { get; init; } = "";

    /// <summary>Pixels, 1..2048.</summary>
    public int Width { get; init; } = 224;

    /// <summary>Pixels, 1..2048.</summary>
    public int Height { get; init; } = 224;

    public ResizeRule Resize { get; init; } = ResizeRule.ShorterSideThenCrop;

    /// <summary>The shorter side's length before the crop; at least the larger of width and height, at most 4096.</summary>
    public int ResizeTo { get; init; } = 256;

    public ChannelOrder Channels { get; init; } = ChannelOrder.Rgb;

    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>Subtracted from the byte, one per channel in the model's own order; empty means 0.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [];

    /// <summary>Multiplied with the difference, one per channel in the model's own order; empty means 1.</summary>
    public IReadOnlyList<double> Scale { get; init; } = [];

    internal IEnumerable<string> Problems() => ModelDeclaration.Broken(
        (!string.IsNullOrWhiteSpace(Name), "Input:Name must be the name of the ONNX file's input."),
        (Width is >= 1 and <= MaximumSide, $"Input:Width must be between 1 and {MaximumSide}."),
        (Height is >= 1 and <= MaximumSide, $"Input:Height must be between 1 and {MaximumSide}."),
        (Enum.IsDefined(Resize), "Input:Resize must be ShorterSideThenCrop or Stretch."),
        (Resize != ResizeRule.ShorterSideThenCrop || (ResizeTo >= Math.Max(Width, Height) && ResizeTo <= 2 * MaximumSide),
            $"Input:ResizeTo must be at least the larger of width and height, and at most {2 * MaximumSide}."),
        (Enum.IsDefined(Channels), "Input:Channels must be Rgb or Bgr."),
        (Enum.IsDefined(Layout), "Input:Layout must be Nchw or Nhwc."),
        (Mean.Count is 0 or 3 && Mean.All(double.IsFinite), "Input:Mean must have three finite numbers, or none."),
        (
            Scale.Count is 0 or 3 && Scale.All(value => double.IsFinite(value) && value != 0),
            "Input:Scale must have three finite numbers other than 0, or none."));
}

/// <summary>How a picture of any shape becomes one of a fixed size.</summary>
public enum ResizeRule
{
    /// <summary>Scale so that the shorter side has <c>ResizeTo</c> pixels, then cut the size out of the middle.</summary>
    ShorterSideThenCrop,

    /// <summary>Scale both sides to the size, whatever that does to the proportions.</summary>
    Stretch,
}

/// <summary>Order of the colours in a model's input.</summary>
public enum ChannelOrder
{
    Rgb,
    Bgr,
}

/// <summary>Order of the axes of a model's input.</summary>
public enum TensorLayout
{
    /// <summary>Batch, channels, height, width.</summary>
    Nchw,

    /// <summary>Batch, height, width, channels.</summary>
    Nhwc,
}

/// <summary>What is read of the model's output.</summary>
public sealed record ModelOutput
{
    /// <summary>Name of the output that has <see cref="ModelDeclaration.Dimension"/> floats per picture.</summary>
    public string Embedding { get; init; } = "";

    /// <summary>Name of the output with one probability per label; null for none.</summary>
    public string? Probabilities { get; init; }

    /// <summary>
    /// A text file with one label per line, in the order of <see cref="Probabilities"/>: a path or URL as for the model; null for none.
    /// </summary>
    public string? Labels { get; init; }

    internal IEnumerable<string> Problems() => ModelDeclaration.Broken(
        (!string.IsNullOrWhiteSpace(Embedding), "Output:Embedding must be the name of the ONNX file's output that has the vector."),
        (
            string.IsNullOrEmpty(Labels) == string.IsNullOrEmpty(Probabilities),
            "Output:Labels and Output:Probabilities belong together: set both or none."),
        (ModelDeclaration.IsSource(Labels), "Output:Labels is not a valid URL."));
}

/// <summary>The text encoder of a model: a network that puts words where the pictures are that they describe.</summary>
public sealed record ModelText
{
    /// <summary>An ONNX file, as for the model itself.</summary>
    public string Source { get; init; } = "";

    /// <summary>SHA-256 of that file, as for the model itself.</summary>
    public string? Sha256 { get; init; }

    /// <summary>How text becomes tokens.</summary>
    public TextTokenizer Tokenizer { get; init; } = TextTokenizer.WordPiece;

    /// <summary>Path or URL of the tokenizer's vocabulary: <c>vocab.txt</c> of WordPiece, <c>vocab.json</c> of BytePair.</summary>
    public string Vocabulary { get; init; } = "";

    /// <summary>Path or URL of <c>merges.txt</c>, which BytePair needs.</summary>
    public string? Merges { get; init; }

    /// <summary>Tokens that are read at most, those of begin and end among them, 3..1,024; what is longer is cut.</summary>
    public int MaximumTokens { get; init; } = 77;

    /// <summary>The ONNX file's input for the numbers of the tokens.</summary>
    public string Input { get; init; } = "input_ids";

    /// <summary>The input that is 1 for every token and 0 for padding; null where there is none.</summary>
    public string? Mask { get; init; }

    /// <summary>The input for the kind of each token, always 0; null where there is none.</summary>
    public string? Types { get; init; }

    /// <summary>The ONNX file's output.</summary>
    public string Output { get; init; } = "";

    /// <summary>How the output becomes one vector.</summary>
    public TextPooling Pooling { get; init; } = TextPooling.None;

    /// <summary>
    /// Path or URL of a small ONNX file that takes the vector of the text, scaled to length 1, to the space of the pictures: one input of
    /// 1 × the text's floats, one output of 1 × <see cref="ModelDeclaration.Dimension"/>. Null: the vector is there.
    /// </summary>
    public string? Head { get; init; }

    internal IEnumerable<string> Problems() => ModelDeclaration.Broken(
        (!string.IsNullOrWhiteSpace(Source), "Text:Source must be a path or an http(s) URL."),
        (
            new[] { Source, Vocabulary, Merges, Head }.All(ModelDeclaration.IsSource),
            "Text:Source, Vocabulary, Merges and Head must be paths or valid URLs."),
        (!ModelDeclaration.NeedsSha256(Source, Sha256), "Text:Sha256 is not set: a text encoder from a URL needs its checksum."),
        (ModelDeclaration.IsSha256(Sha256), "Text:Sha256 must be 64 hexadecimal digits."),
        (Enum.IsDefined(Tokenizer), "Text:Tokenizer must be WordPiece or BytePair."),
        (!string.IsNullOrWhiteSpace(Vocabulary), "Text:Vocabulary must be the path or URL of the tokenizer's vocabulary."),
        (
            Tokenizer == TextTokenizer.BytePair != string.IsNullOrEmpty(Merges),
            "Text:Merges belongs to the tokenizer BytePair, which needs it: set both or neither."),
        (MaximumTokens is >= 3 and <= 1024, "Text:MaximumTokens must be between 3 and 1,024."),
        (!string.IsNullOrWhiteSpace(Input), "Text:Input must be the name of the ONNX file's input."),
        (!string.IsNullOrWhiteSpace(Output), "Text:Output must be the name of the ONNX file's output."),
        (Enum.IsDefined(Pooling), "Text:Pooling must be None, Mean or First."));
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
