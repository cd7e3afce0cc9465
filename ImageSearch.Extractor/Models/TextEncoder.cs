using System.Numerics.Tensors;
using System.Text.RegularExpressions;
using ImageSearch.Extractor.Embedding;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Tokenizers;

namespace ImageSearch.Extractor.Models;

/// <summary>The text encoder of a model, loaded and tried once. May be used by any number of threads.</summary>
internal sealed partial class TextEncoder : IDisposable
{
    // The marks of CLIP around a text.
    private const string Begin = "<|startoftext|>";
    private const string End = "<|endoftext|>";

    private readonly ModelText _options;
    private readonly InferenceSession _session;
    private readonly Tokenizer _tokenizer;
    private readonly InferenceSession? _head;
    private readonly int _dimension;
    private readonly RunOptions _run = new();

    private TextEncoder(ModelText text, int dimension, InferenceSession session, Tokenizer tokenizer, InferenceSession? head)
    {
        _options = text;
        _dimension = dimension;
        _session = session;
        _tokenizer = tokenizer;
        _head = head;
    }

    /// <exception cref="ModelException">A file is not what it is declared to be, or they do not fit together.</exception>
    public static TextEncoder Load(TextFiles files, ModelOptions options, int threads)
    {
        var text = options.Text ?? throw new ArgumentException("The model has no text encoder.", nameof(options));
        var session = OnnxSessions.Open(files.Model, $"text encoder '{text.Source}'", threads);
        InferenceSession? head = null;
        try
        {
            head = files.Head is { } path ? OnnxSessions.Open(path, $"head '{text.Head}' of the text encoder", threads) : null;
            var encoder = new TextEncoder(text, options.Dimension, session, ReadTokenizer(files, text), head);
            encoder.CheckDeclaration();
            encoder.Probe();
            return encoder;
        }
        catch
        {
            head?.Dispose();
            session.Dispose();
            throw;
        }
    }

    /// <returns>The vector of a text in the space of the pictures, L2-normalised.</returns>
    public float[] Encode(string text)
    {
        var vector = Vectors.Normalise(Run(Tokenize(text)));
        return _head is null ? vector : Vectors.Normalise(Project(_head, vector));
    }

    public void Dispose()
    {
        _run.Dispose();
        _head?.Dispose();
        _session.Dispose();
    }

    /// <summary>The library puts marks of begin and end around pieces of words, but not around byte pairs.</summary>
    private IReadOnlyList<int> Tokenize(string text) => _tokenizer switch
    {
        BertTokenizer wordPiece => wordPiece.EncodeToIds(text, _options.MaximumTokens, addSpecialTokens: true, out _, out _),
        BpeTokenizer bytePair =>
            [bytePair.Vocabulary[Begin], .. bytePair.EncodeToIds(text, _options.MaximumTokens - 2, out _, out _), bytePair.Vocabulary[End]],
        var other => throw new InvalidOperationException($"No way to use a {other.GetType().Name}."),
    };

    private float[] Run(IReadOnlyList<int> tokens)
    {
        var metadata = _session.InputMetadata[_options.Input];
        // A graph of a fixed length wants the rest filled up.
        var length = metadata.Dimensions is [_, > 0 and var wanted] ? wanted : tokens.Count;
        var count = Math.Min(length, tokens.Count);
        var inputs = new Dictionary<string, OrtValue>();
        try
        {
            inputs.Add(_options.Input, Input(_options.Input, i => i < count ? tokens[i] : 0));
            if (_options.Mask is { Length: > 0 } mask)
            {
                inputs.Add(mask, Input(mask, i => i < count ? 1 : 0));
            }

            if (_options.Types is { Length: > 0 } types)
            {
                inputs.Add(types, Input(types, _ => 0));
            }

            using var results = _session.Run(_run, inputs, [_options.Output]);
            return Pool(results[0].GetTensorDataAsSpan<float>(), count);
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }

        OrtValue Input(string name, Func<int, int> value)
        {
            long[] shape = [1, length];
            int[] values = [.. Enumerable.Range(0, length).Select(value)];
            return _session.InputMetadata[name].ElementDataType == TensorElementType.Int32
                ? OrtValue.CreateTensorValueFromMemory(values, shape)
                : OrtValue.CreateTensorValueFromMemory([.. values.Select(number => (long)number)], shape);
        }
    }

    private float[] Pool(ReadOnlySpan<float> output, int count)
    {
        var width = _session.OutputMetadata[_options.Output].Dimensions[^1];
        width = width > 0 ? width : _options.Pooling == TextPooling.None ? output.Length : throw Misfit(
            "says nothing of how many floats it has per token");
        switch (_options.Pooling)
        {
            case TextPooling.First:
                return output[..width].ToArray();
            case TextPooling.Mean:
                var sum = new float[width];
                for (var i = 0; i < count; i++)
                {
                    TensorPrimitives.Add(sum, output.Slice(i * width, width), sum);
                }

                return sum;
            default:
                return output.ToArray();
        }
    }

    private float[] Project(InferenceSession head, float[] vector)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(vector, [1, vector.Length]);
        using var results = head.Run(_run, [head.InputNames[0]], [input], [head.OutputNames[0]]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private void CheckDeclaration()
    {
        string[] declared = [.. new[] { _options.Input, _options.Mask, _options.Types }.OfType<string>().Where(name => name.Length > 0)];
        var wanted = _session.InputMetadata.Keys.ToList();
        if (declared.Except(wanted).Concat(wanted.Except(declared)).Any())
        {
            throw Misfit($"has the inputs {OnnxSessions.Names(wanted)}; Model:Text declares {OnnxSessions.Names(declared)} as Input, Mask and Types");
        }

        if (!_session.OutputMetadata.TryGetValue(_options.Output, out var output))
        {
            throw Misfit($"has no output '{_options.Output}'; its outputs are {OnnxSessions.Names(_session.OutputMetadata.Keys)}");
        }

        var rank = _options.Pooling == TextPooling.None ? 2 : 3;
        if (output.ElementDataType != TensorElementType.Float || output.Dimensions.Length != rank)
        {
            throw Misfit($"gives '{_options.Output}' as {output.ElementDataType} of {output.Dimensions.Length} dimensions; Pooling {_options.Pooling} needs Float of {rank}");
        }
    }

    private void Probe()
    {
        float[] vector;
        try
        {
            vector = Run(Tokenize("a picture"));
        }
        catch (OnnxRuntimeException e)
        {
            throw Misfit($"fails on words as declared: {OnnxSessions.FirstLine(e)}");
        }

        if (_head is not null)
        {
            vector = Probe(_head, vector);
        }

        if (vector.Length != _dimension)
        {
            throw Misfit($"gives {vector.Length:N0} floats, and the pictures have {_dimension:N0}: declare a Head that takes it there");
        }
    }

    private float[] Probe(InferenceSession head, float[] vector)
    {
        if (head.InputNames.Count != 1 || head.OutputMetadata.Count != 1
            || head.OutputMetadata.Values.Single().ElementDataType != TensorElementType.Float)
        {
            throw new ModelException($"The head '{_options.Head}' must have one input and one output of floats.");
        }

        try
        {
            return Project(head, vector) is var result && result.Length == _dimension
                ? result
                : throw new ModelException(
                    $"The head '{_options.Head}' gives {result.Length:N0} floats, and the pictures have {_dimension:N0}.");
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException(
                $"The head '{_options.Head}' cannot take the {vector.Length:N0} floats of a text: {OnnxSessions.FirstLine(e)}");
        }
    }

    private static Tokenizer ReadTokenizer(TextFiles files, ModelText options)
    {
        try
        {
            if (options.Tokenizer == TextTokenizer.WordPiece)
            {
                return BertTokenizer.Create(files.Vocabulary);
            }

            var bytePair = BpeTokenizer.Create(new BpeOptions(files.Vocabulary, files.Merges)
            {
                EndOfWordSuffix = "</w>",
                UnknownToken = End,
                Normalizer = new LowerCaseNormalizer(),
                PreTokenizer = new RegexPreTokenizer(Words(), null),
            });
            return bytePair.Vocabulary.ContainsKey(Begin) && bytePair.Vocabulary.ContainsKey(End)
                ? bytePair
                : throw new ModelException($"The vocabulary '{options.Vocabulary}' has no {Begin} and {End}, as that of CLIP has.");
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException or FormatException or System.Text.Json.JsonException or NotSupportedException)
        {
            throw new ModelException(
                $"The vocabulary '{options.Vocabulary}' cannot be read as one for {options.Tokenizer}: {OnnxSessions.FirstLine(e)}");
        }
    }

    private ModelException Misfit(string what) => new($"The text encoder '{_options.Source}' {what}.");

    // The words of CLIP: letters, single digits, and runs of what is neither.
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", RegexOptions.IgnoreCase)]
    private static partial Regex Words();
}

/// <summary>Where the files of a text encoder are.</summary>
internal sealed record TextFiles(string Model, string Vocabulary, string? Merges, string? Head);
