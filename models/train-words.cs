#:property ManagePackageVersionsCentrally=false
#:package MathNet.Numerics@5.0.0
#:package Microsoft.ML.OnnxRuntime@1.31.1
#:package Microsoft.ML.Tokenizers@2.0.1
#:package NetVips@3.2.0
#:package NetVips.Native.linux-x64@8.18.7
#:package OnnxSharp@0.3.2

// Writes models/resnet18-words.onnx, which takes MiniLM's texts to ResNet-18's pictures; models/resnet18-words.md says how and how well.
// First the networks: dotnet build models/ImageSearch.ModelPreparation -c Release
// Then: dotnet run models/train-words.cs -- <pictures> <WordNet>
// Pictures are named as n01440764_tench.jpg, WordNet is the folder of data.noun and index.noun, version 3.0.

using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Tokenizers;
using NetVips;
using Onnx;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace ImageSearch.Models;

internal static class WordsTraining
{
    public const int TextLength = 384;
    private const int PictureLength = 512;

    // Chosen by cross-validation over the classes.
    private const double TreeWeight = 1.5;
    private const double NameWeight = 0.3;
    private const double GlossWeight = 1;
    private const double Ridge = 0.05;
    private const double PictureRidge = 0.5;
    private const double NearEnough = 0.55;
    private const int KeyLength = 64;
    private const int ValueLength = 128;
    private const double Sharpness = 20;
    private const double Clip = 3;

    public static int Main(string[] args)
    {
        if (args.Length != 2)
        {
            Console.Error.WriteLine("usage: dotnet run models/train-words.cs -- <folder of pictures> <folder of WordNet>");
            return 2;
        }

        // Sums in one order, so that the bytes are the same each time.
        Control.UseSingleThread();
        var here = Path.GetDirectoryName(ThisFile())!;
        var networks = Path.Combine(here, "ImageSearch.ModelPreparation", "bin", "Release", "net10.0", "models");
        var nouns = WordNet.Read(args[1]);
        var files = Directory.GetFiles(args[0], "n????????_*").Order(StringComparer.Ordinal).ToList();
        var synsets = files.Select(file => Path.GetFileName(file)[1..9]).ToList();
        Console.WriteLine($"{files.Count} pictures, {nouns.Synsets.Count} synsets");

        var views = Networks.EmbedPictures(Path.Combine(networks, "resnet18.onnx"), files);
        var examples = new Examples(nouns, files, synsets, NearEnough);
        Console.WriteLine($"{examples.Texts.Count} texts of {examples.Words.Count} other words");
        var texts = Networks.EmbedTexts(Path.Combine(networks, "minilm.onnx"), Path.Combine(networks, "minilm-vocab.txt"), examples.Texts);

        var bytes = Solve(examples, texts, views).ToByteArray();
        File.WriteAllBytes(Path.Combine(here, "resnet18-words.onnx"), bytes);
        Console.WriteLine($"resnet18-words.onnx: {bytes.Length:N0} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}");
        return 0;
    }

    private static ModelProto Solve(Examples examples, Matrix<double> texts, float[][][] views)
    {
        var classes = examples.Classes.Count;
        var mean = Rows([.. views.Select(picture => picture[0])]).ColumnSums() / classes;
        var all = Less(Rows([.. views.SelectMany(picture => picture)]), mean);
        var prototypes = Less(
            Matrix<double>.Build.DenseOfRowVectors(views.Select(picture => Rows(picture).ColumnSums())).NormalizeRows(2), mean);

        // Kernel ridge regression: what a noun without a picture looks like, from the pictures of nouns near to it,
        // in WordNet's tree and in MiniLM's space, by name and by explanation.
        var names = Matrix<double>.Build
            .DenseOfRowVectors(examples.Classes.Select(own => texts.Row(own.Name) + texts.Row(own.Photo))).NormalizeRows(2);
        var glosses = Pick(texts, examples.Classes.Select(own => own.Gloss));
        var words = Pick(texts, examples.Words.Select(word => word.Name));
        var known = Kernel(
            [.. examples.Classes.Select(own => own.Likeness)], names.TransposeAndMultiply(names), glosses.TransposeAndMultiply(glosses));
        var weights = (known + (Ridge * Matrix<double>.Build.DenseIdentity(classes))).Cholesky().Solve(prototypes);
        var guesses = weights.TransposeThisAndMultiply(Kernel(
            [.. examples.Words.Select(word => word.Likeness)],
            words.TransposeAndMultiply(names),
            Pick(texts, examples.Words.Select(word => word.Gloss)).TransposeAndMultiply(glosses)).Transpose()).Transpose();

        // Half of the pictures' own spread is taken out: where all pictures vary says little.
        var (directions, spread) = Directions(all);
        var scale = spread.Map(value => 1 / Math.Sqrt(value + (PictureRidge * spread.Average())));
        var values = guesses.Stack(prototypes);
        values = Less(values, values.ColumnSums() / values.RowCount)
            * (directions * Matrix<double>.Build.DenseOfDiagonalVector(scale) * directions.Transpose());
        var keys = words.Stack(Pick(texts, examples.Classes.Select(own => own.Name)));

        // A text is what the nouns nearest to it are: both sides in few directions, and in four bits, to be small.
        var origin = keys.ColumnSums() / keys.RowCount;
        var (textDirections, _) = Directions(Less(keys, origin));
        var toKeys = textDirections.SubMatrix(0, TextLength, TextLength - KeyLength, KeyLength);
        var (valueDirections, _) = Directions(values);
        var toPictures = valueDirections.SubMatrix(0, PictureLength, PictureLength - ValueLength, ValueLength);
        var (keyCodes, keySteps) = FourBits((Less(keys, origin) * toKeys).NormalizeRows(2));
        var (valueCodes, valueSteps) = FourBits(values * toPictures);
        toPictures *= Matrix<double>.Build.DenseOfDiagonalVector(valueSteps);
        return Head.Make(origin, toKeys, Sharpness * keySteps, keyCodes, valueCodes, toPictures.Transpose());
    }

    /// <summary>How alike nouns are to those with a picture.</summary>
    private static Matrix<double> Kernel(double[][] likeness, Matrix<double> names, Matrix<double> glosses) =>
        Matrix<double>.Build.Dense(names.RowCount, names.ColumnCount, (i, j) => Math.Exp(
            (TreeWeight * (likeness[i][j] - 1)) + (NameWeight * (names[i, j] - 1)) + (GlossWeight * (glosses[i, j] - 1))));

    /// <returns>The directions in which rows spread, as columns, the widest last, and how far squared.</returns>
    private static (Matrix<double> Directions, Vector<double> Spread) Directions(Matrix<double> rows)
    {
        var eigen = (rows.TransposeThisAndMultiply(rows) / rows.RowCount).Evd(Symmetricity.Symmetric);
        return (eigen.EigenVectors, eigen.EigenValues.Map(value => Math.Max(value.Real, 0)));
    }

    /// <returns>For each number 0 to 15, which stands for -7.5 to 7.5 steps of its column.</returns>
    private static (Matrix<double> Codes, Vector<double> Steps) FourBits(Matrix<double> rows)
    {
        var steps = (rows.ColumnNorms(2) / Math.Sqrt(rows.RowCount)) * (Clip / 8);
        return (rows.MapIndexed((_, j, value) => Math.Clamp(Math.Floor(value / steps[j]), -8, 7) + 8, Zeros.Include), steps);
    }

    private static Matrix<double> Rows(float[][] rows) => Matrix<double>.Build.Dense(rows.Length, rows[0].Length, (i, j) => rows[i][j]);

    private static Matrix<double> Pick(Matrix<double> from, IEnumerable<int> rows) =>
        Matrix<double>.Build.DenseOfRowVectors(rows.Select(from.Row));

    private static Matrix<double> Less(Matrix<double> rows, Vector<double> mean) =>
        rows.MapIndexed((_, j, value) => value - mean[j], Zeros.Include);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

/// <summary>The graph: the text's likeness to each noun, and the mean of what the likest look like.</summary>
internal static class Head
{
    /// <param name="keys">A row for each noun, numbers of 0 to 15.</param>
    /// <param name="sharpness">By how much each component of a key counts.</param>
    /// <param name="values">As the keys.</param>
    public static ModelProto Make(
        Vector<double> origin,
        Matrix<double> toKeys,
        Vector<double> sharpness,
        Matrix<double> keys,
        Matrix<double> values,
        Matrix<double> toPictures) => new()
        {
            IrVersion = 8,
            ProducerName = "ImageSearch",
            DocString = "A vector of MiniLM to one among ResNet-18's pictures: models/resnet18-words.md.",
            OpsetImport = { new OperatorSetIdProto { Version = 13 } },
            Graph = new()
            {
                Name = "resnet18-words",
                Input = { Floats("text", toKeys.RowCount) },
                Output = { Floats("picture", toPictures.ColumnCount) },
                Initializer =
            {
                Halves("origin", [1, origin.Count], origin), Halves("toKeys", toKeys), Halves("sharpness", [1, sharpness.Count], sharpness),
                Pairs("keys", keys.Transpose()), Pairs("values", values.Transpose()), Halves("toPictures", toPictures),
                Scalar("sixteenth", 1 / 16f), Scalar("sixteen", 16), Scalar("middle", 7.5f),
            },
                Node =
            {
                // What is constant is calculated once, when the file is opened.
                ToFloat("origin"), ToFloat("toKeys"), ToFloat("sharpness"), ToFloat("toPictures"), Unpack("keys"), Unpack("values"),
                new NodeProto
                {
                    OpType = "Transpose",
                    Input = { "values.numbers" },
                    Output = { "values.rows" },
                    Attribute = { new AttributeProto { Name = "perm", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 1, 0 } } },
                },
                Node("Sub", "centred", "text", "origin.float"), Node("MatMul", "key", "centred", "toKeys.float"),
                Node("LpNormalization", "direction", [Attribute("axis", -1), Attribute("p", 2)], "key"),
                Node("Mul", "sharpened", "direction", "sharpness.float"), Node("MatMul", "likeness", "sharpened", "keys.numbers"),
                Node("Softmax", "shares", [Attribute("axis", -1)], "likeness"),
                Node("MatMul", "value", "shares", "values.rows"), Node("MatMul", "picture", "value", "toPictures.float"),
            },
            },
        };

    /// <summary>Two numbers a byte: the first half of the rows in the upper four bits.</summary>
    private static TensorProto Pairs(string name, Matrix<double> codes)
    {
        var half = codes.RowCount / 2;
        var bytes = Enumerable.Range(0, half)
            .SelectMany(i => codes.Row(i).Zip(codes.Row(half + i), (upper, lower) => (byte)((16 * upper) + lower)));
        return Tensor(name, TensorProto.Types.DataType.Uint8, [half, codes.ColumnCount], bytes.ToArray());
    }

    private static IEnumerable<NodeProto> Unpack(string name) =>
    [
        ToFloat(name), Node("Mul", $"{name}.shifted", $"{name}.float", "sixteenth"), Node("Floor", $"{name}.upper", $"{name}.shifted"),
        Node("Mul", $"{name}.upperBits", $"{name}.upper", "sixteen"), Node("Sub", $"{name}.lower", $"{name}.float", $"{name}.upperBits"),
        Node("Concat", $"{name}.codes", [Attribute("axis", 0)], $"{name}.upper", $"{name}.lower"),
        Node("Sub", $"{name}.numbers", $"{name}.codes", "middle"),
    ];

    private static IEnumerable<double> RowByRow(Matrix<double> matrix) => matrix.EnumerateRows().SelectMany(row => row);

    private static TensorProto Halves(string name, Matrix<double> matrix) =>
        Halves(name, [matrix.RowCount, matrix.ColumnCount], RowByRow(matrix));

    private static TensorProto Halves(string name, long[] shape, IEnumerable<double> values) =>
        Tensor(name, TensorProto.Types.DataType.Float16, shape, values.Select(value => (Half)value).ToArray());

    private static TensorProto Scalar(string name, double value) => Tensor(name, TensorProto.Types.DataType.Float, [], [(float)value]);

    private static TensorProto Tensor<T>(string name, TensorProto.Types.DataType type, long[] shape, T[] values)
        where T : unmanaged =>
        new() { Name = name, DataType = (int)type, Dims = { shape }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values)) };

    private static NodeProto Node(string operation, string output, params string[] inputs) => Node(operation, output, [], inputs);

    private static NodeProto Node(string operation, string output, AttributeProto[] attributes, params string[] inputs) =>
        new() { OpType = operation, Input = { inputs }, Output = { output }, Attribute = { attributes } };

    private static NodeProto ToFloat(string name) =>
        Node("Cast", $"{name}.float", [Attribute("to", (int)TensorProto.Types.DataType.Float)], name);

    private static AttributeProto Attribute(string name, int value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static ValueInfoProto Floats(string name, int length) => new()
    {
        Name = name,
        Type = new()
        {
            TensorType = new()
            {
                ElemType = (int)TensorProto.Types.DataType.Float,
                Shape = new()
                {
                    Dim = { Length(1), Length(length) },
                },
            },
        },
    };

    private static TensorShapeProto.Types.Dimension Length(long length) => new() { DimValue = length };
}

/// <summary>The nouns with a picture, and other nouns near to them, with texts that name and explain them.</summary>
internal sealed class Examples
{
    private readonly Dictionary<string, int> _index = [];

    public Examples(WordNet nouns, List<string> files, List<string> synsets, double nearEnough)
    {
        foreach (var (file, synset) in files.Zip(synsets))
        {
            var noun = nouns.Synsets[synset];
            var name = Path.GetFileNameWithoutExtension(file)[10..].Replace('_', ' ');
            Classes.Add((Add(name), Add($"a photo of a {name}"), Add(Explained(noun.Words[0], noun)), nouns.Likeness(synset, synsets)));
        }

        var things = nouns.Synsets.Where(noun => !noun.Value.Instance && nouns.Ancestors(noun.Key).Contains(WordNet.PhysicalEntity));
        foreach (var (synset, noun) in things.OrderBy(noun => noun.Key, StringComparer.Ordinal))
        {
            // A text means its first sense.
            var texts = noun.Words.Where(word =>
                nouns.FirstSenses.GetValueOrDefault(word.ToLowerInvariant()) == synset && word.Count(c => c == ' ') < 2).ToList();
            var likeness = texts.Count > 0 ? nouns.Likeness(synset, synsets) : [0];
            if (likeness.Max() >= nearEnough)
            {
                Words.AddRange(texts.Select(text => (Add(text), Add(Explained(text, noun)), likeness)));
            }
        }
    }

    public List<string> Texts { get; } = [];

    /// <summary>In the order of the pictures. Numbers are those of texts.</summary>
    public List<(int Name, int Photo, int Gloss, double[] Likeness)> Classes { get; } = [];

    public List<(int Name, int Gloss, double[] Likeness)> Words { get; } = [];

    private int Add(string text)
    {
        if (!_index.TryGetValue(text, out var index))
        {
            _index.Add(text, index = Texts.Count);
            Texts.Add(text);
        }

        return index;
    }

    /// <summary>Without examples and further meanings.</summary>
    private static string Explained(string word, Noun noun) => $"{word}, {noun.Gloss.Split('"', ';')[0].Trim()}";
}

internal sealed record Noun(List<string> Words, List<string> Parents, string Gloss, bool Instance);

/// <summary>WordNet's nouns.</summary>
internal sealed class WordNet
{
    public const string PhysicalEntity = "00001930";

    private readonly Dictionary<string, HashSet<string>> _ancestors = [];
    private readonly Dictionary<string, double> _information;

    private WordNet(Dictionary<string, Noun> synsets, Dictionary<string, string> firstSenses)
    {
        Synsets = synsets;
        FirstSenses = firstSenses;
        // The fewer nouns are below one, the more it says.
        _information = synsets.Keys.SelectMany(Ancestors).CountBy(synset => synset)
            .ToDictionary(pair => pair.Key, pair => Math.Log(synsets.Count) - Math.Log(pair.Value));
    }

    public Dictionary<string, Noun> Synsets { get; }

    /// <summary>The commonest synset of each word.</summary>
    public Dictionary<string, string> FirstSenses { get; }

    public static WordNet Read(string folder)
    {
        var synsets = new Dictionary<string, Noun>();
        foreach (var line in Lines(folder, "data.noun"))
        {
            var halves = line.Split('|', 2);
            var fields = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var words = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var at = 4 + (2 * words);
            var pointers = Enumerable.Range(0, int.Parse(fields[at], CultureInfo.InvariantCulture))
                .Select(i => (Kind: fields[at + 1 + (4 * i)], To: fields[at + 2 + (4 * i)]))
                .Where(pointer => pointer.Kind is "@" or "@i").ToList();
            synsets.Add(fields[0], new(
                [.. Enumerable.Range(0, words).Select(i => fields[4 + (2 * i)].Replace('_', ' '))],
                [.. pointers.Select(pointer => pointer.To)], halves[1].Trim(), pointers.Exists(pointer => pointer.Kind == "@i")));
        }

        var firstSenses = Lines(folder, "index.noun").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(fields => fields[0].Replace('_', ' '), fields => fields[int.Parse(fields[3], CultureInfo.InvariantCulture) + 6]);
        return new(synsets, firstSenses);
    }

    /// <returns>The synset and all above it.</returns>
    public HashSet<string> Ancestors(string synset)
    {
        if (!_ancestors.TryGetValue(synset, out var ancestors))
        {
            ancestors = [synset, .. Synsets[synset].Parents.SelectMany(Ancestors)];
            _ancestors.Add(synset, ancestors);
        }

        return ancestors;
    }

    /// <summary>Lin's measure: what the nearest common ancestor says, as a share of what both say; 1 for the same.</summary>
    public double[] Likeness(string synset, List<string> others)
    {
        var above = Ancestors(synset);
        return [.. others.Select(other => 2 * Ancestors(other).Where(above.Contains).Max(common => _information[common])
            / (_information[synset] + _information[other] + 1e-9))];
    }

    private static IEnumerable<string> Lines(string folder, string file) =>
        File.ReadLines(Path.Combine(folder, file), Encoding.Latin1).Where(line => !line.StartsWith("  ", StringComparison.Ordinal));
}

internal static class Networks
{
    private static readonly float[] Mean = [103.06f, 115.90f, 123.15f];

    // Shorter side, mirrored, and where the square lies; the first is what the product itself looks at.
    private static readonly (int Side, bool Mirrored, double X, double Y)[] Views =
    [
        (256, false, 0.5, 0.5), (256, true, 0.5, 0.5), (224, false, 0.5, 0.5), (288, false, 0.3, 0.3),
        (288, true, 0.7, 0.7), (320, false, 0.5, 0.5), (288, false, 0.7, 0.3), (224, true, 0.5, 0.5),
    ];

    /// <returns>For each picture its views' vectors, normalised.</returns>
    public static float[][][] EmbedPictures(string model, List<string> files)
    {
        using var session = Open(model);
        var vectors = new float[files.Count][][];
        Parallel.For(0, files.Count, i => vectors[i] = [.. Views.Select(view =>
        {
            using var results = session.Run([NamedOnnxValue.CreateFromTensor("image", Load(files[i], view))], ["embedding"]);
            return Normalise(results[0].AsEnumerable<float>().ToArray());
        })]);
        return vectors;
    }

    /// <returns>A row for each text: the mean over its tokens, normalised.</returns>
    public static Matrix<double> EmbedTexts(string model, string vocabulary, List<string> texts)
    {
        using var session = Open(model);
        var tokenizer = BertTokenizer.Create(vocabulary);
        var rows = new float[texts.Count][];
        Parallel.For(0, texts.Count, i =>
        {
            long[] tokens = [.. tokenizer.EncodeToIds(texts[i]).Take(128)];
            using var results = session.Run(
                [
                    Input("input_ids", tokens),
                    Input("attention_mask", [.. tokens.Select(_ => 1L)]),
                    Input("token_type_ids", new long[tokens.Length]),
                ],
                ["last_hidden_state"]);
            var sums = new float[WordsTraining.TextLength];
            foreach (var token in results[0].AsEnumerable<float>().Chunk(sums.Length))
            {
                TensorPrimitives.Add(sums, token, sums);
            }

            rows[i] = Normalise(sums);
        });
        return Matrix<double>.Build.Dense(rows.Length, rows[0].Length, (i, j) => rows[i][j]);
    }

    private static NamedOnnxValue Input(string name, long[] values) =>
        NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(values, [1, values.Length]));

    private static DenseTensor<float> Load(string file, (int Side, bool Mirrored, double X, double Y) view)
    {
        using var original = Image.NewFromFile(file);
        var scale = view.Side / (double)Math.Min(original.Width, original.Height);
        var (width, height) = ((int)Math.Round(original.Width * scale), (int)Math.Round(original.Height * scale));
        using var small = Image.Thumbnail(file, width, height: height, size: Enums.Size.Force);
        using var opaque = small.HasAlpha() ? small.Flatten(background: [255, 255, 255]) : small.Copy();
        using var colours = opaque.Colourspace(Enums.Interpretation.Srgb);
        using var turned = view.Mirrored ? colours.FlipHor() : colours.Copy();
        var (left, top) = ((int)Math.Round((turned.Width - 224) * view.X), (int)Math.Round((turned.Height - 224) * view.Y));
        using var square = turned.Crop(left, top, 224, 224);
        using var cast = square.Cast(Enums.BandFormat.Uchar);
        var bytes = cast.WriteToMemory<byte>();
        var tensor = new DenseTensor<float>([1, 3, 224, 224]);
        for (var i = 0; i < 3 * 224 * 224; i++)
        {
            var channel = i / (224 * 224);
            tensor.SetValue(i, bytes[(i % (224 * 224) * 3) + 2 - channel] - Mean[channel]);
        }

        return tensor;
    }

    private static InferenceSession Open(string model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        return new(model, options);
    }

    private static float[] Normalise(float[] vector)
    {
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / length)];
    }
}
