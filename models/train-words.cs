#:property ManagePackageVersionsCentrally=false
#:package MathNet.Numerics@5.0.0
#:package Microsoft.ML.OnnxRuntime@1.31.1
#:package Microsoft.ML.Tokenizers@2.0.1
#:package NetVips@3.2.0
#:package NetVips.Native.linux-x64@8.18.7

// Writes models/resnet18-words.bin, the matrix from MiniLM's texts to ResNet-18's pictures; models/resnet18-words.md says how and how well.
// First the networks: dotnet build models/ImageSearch.ModelPreparation -c Release
// Then: dotnet run models/train-words.cs -- <pictures> <WordNet>
// Pictures are named as n01440764_tench.jpg, WordNet is the folder of data.noun and index.noun, version 3.0.

using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Tokenizers;
using NetVips;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace ImageSearch.Models;

internal static class WordsTraining
{
    public const int TextLength = 384;
    private const int PictureLength = 512;

    // Chosen by cross-validation over the classes.
    private const double TreeSharpness = 2;
    private const double TeacherRidge = 0.3;
    private const double TextRidge = 0.02;
    private const double PictureRidge = 0.5;
    private const double GroupWeight = 0.3;
    private const double NearEnough = 0.55;
    private const int LargestGroup = 200;

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
        var examples = new Examples(nouns, files, synsets, LargestGroup, NearEnough);
        Console.WriteLine($"{examples.Texts.Count} texts of {examples.Groups.Count} groups and {examples.Words.Count} other words");
        var texts = Networks.EmbedTexts(Path.Combine(networks, "minilm.onnx"), Path.Combine(networks, "minilm-vocab.txt"), examples.Texts);

        var matrix = Solve(examples, texts, views);
        var bytes = new byte[matrix.RowCount * matrix.ColumnCount * 2];
        for (var i = 0; i < bytes.Length / 2; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (Half)matrix[i / PictureLength, i % PictureLength]);
        }

        File.WriteAllBytes(Path.Combine(here, "resnet18-words.bin"), bytes);
        Console.WriteLine($"resnet18-words.bin: {bytes.Length:N0} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}");
        return 0;
    }

    private static Matrix<double> Solve(Examples examples, Matrix<double> texts, float[][][] views)
    {
        var classes = examples.Classes.Count;
        var plain = Rows([.. views.Select(picture => picture[0])]);
        var mean = plain.ColumnSums() / classes;
        var all = Less(Rows([.. views.SelectMany(picture => picture)]), mean);
        var prototypes = Matrix<double>.Build.DenseOfRowVectors(views.Select(picture => Rows(picture).ColumnSums())).NormalizeRows(2);
        var centred = Less(prototypes, mean);

        // The teacher: what a noun without a picture looks like, from the pictures of nouns near to it, in WordNet and in MiniLM's space.
        // MiniLM knows little of the first; the matrix learns it from thousands of such guesses.
        var names = Matrix<double>.Build
            .DenseOfRowVectors(examples.Classes.Select(own => texts.Row(own.Texts[0]) + texts.Row(own.Texts[1]))).NormalizeRows(2);
        var words = Pick(texts, examples.Words.Select(word => word.Text));
        var known = Kernel(examples.Classes.Select(own => own.Likeness).ToList(), names, names);
        var weights = (known + (TeacherRidge * Matrix<double>.Build.DenseIdentity(classes))).Cholesky().Solve(centred);
        var guesses = Kernel(examples.Words.Select(word => word.Likeness).ToList(), words, names) * weights;

        var groups = Matrix<double>.Build
            .DenseOfRowVectors(examples.Groups.Select(group => Pick(prototypes, group.Members).ColumnSums())).NormalizeRows(2);
        var sureness = examples.Words.Sum(word => word.Weight);
        var pairs = examples.Classes
            .SelectMany((own, i) => own.Texts.Select(t => (Text: t, Picture: centred.Row(i), Weight: 1.0 / classes / own.Texts.Length)))
            .Concat(examples.Groups.SelectMany((group, i) => group.Texts.Select(
                t => (Text: t, Picture: groups.Row(i) - mean, Weight: GroupWeight / examples.Groups.Count / group.Texts.Length))))
            .Concat(examples.Words.Select((word, i) => (word.Text, Picture: guesses.Row(i), Weight: word.Weight / sureness))).ToList();
        var shares = Vector<double>.Build.DenseOfEnumerable(pairs.Select(pair => pair.Weight)) / pairs.Sum(pair => pair.Weight);
        var left = Pick(texts, pairs.Select(pair => pair.Text));
        var origin = shares * left;
        left = Less(left, origin);
        var right = Matrix<double>.Build.DenseOfRowVectors(pairs.Select(pair => pair.Picture));
        right = Less(right, shares * right);

        // Ridge regression from text to picture. Then half of the pictures' own spread is taken out: where all pictures vary says little.
        var weighted = left.MapIndexed((i, _, value) => value * shares[i], Zeros.Include);
        var spread = weighted.TransposeThisAndMultiply(left);
        var ridge = TextRidge * spread.Trace() / TextLength * Matrix<double>.Build.DenseIdentity(TextLength);
        var regression = (spread + ridge).Cholesky().Solve(weighted.TransposeThisAndMultiply(right));
        var eigen = (all.TransposeThisAndMultiply(all) / all.RowCount).Evd(Symmetricity.Symmetric);
        var values = eigen.EigenValues.Map(value => Math.Max(value.Real, 0));
        var scale = values.Map(value => 1 / Math.Sqrt(value + (PictureRidge * values.Average())));
        regression *= eigen.EigenVectors * Matrix<double>.Build.DenseOfDiagonalVector(scale) * eigen.EigenVectors.Transpose();

        // Row 384 moves the texts' mean to zero. Lengths near 1 are where half precision is good.
        var matrix = regression.Stack((-origin * regression).ToRowMatrix());
        var length = names.Append(Matrix<double>.Build.Dense(classes, 1, 1)).Multiply(matrix).RowNorms(2).Average();
        return matrix / length;
    }

    /// <summary>How alike nouns are to those with a picture: by WordNet times by text.</summary>
    private static Matrix<double> Kernel(List<double[]> likeness, Matrix<double> left, Matrix<double> right)
    {
        var kernel = left.TransposeAndMultiply(right);
        kernel.MapIndexedInplace((i, j, cosine) => Math.Exp((TreeSharpness * (likeness[i][j] - 1)) + cosine - 1), Zeros.Include);
        return kernel;
    }

    private static Matrix<double> Rows(float[][] rows) => Matrix<double>.Build.Dense(rows.Length, rows[0].Length, (i, j) => rows[i][j]);

    private static Matrix<double> Pick(Matrix<double> from, IEnumerable<int> rows) =>
        Matrix<double>.Build.DenseOfRowVectors(rows.Select(from.Row));

    private static Matrix<double> Less(Matrix<double> rows, Vector<double> mean) =>
        rows.MapIndexed((_, j, value) => value - mean[j], Zeros.Include);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

/// <summary>The nouns with a picture, the groups that they belong to, and other nouns near to them, with texts that name them.</summary>
internal sealed class Examples
{
    private readonly Dictionary<string, int> _index = [];

    public Examples(WordNet nouns, List<string> files, List<string> synsets, int largestGroup, double nearEnough)
    {
        foreach (var (file, synset) in files.Zip(synsets))
        {
            var (words, parents, gloss, _) = nouns.Synsets[synset];
            var name = Path.GetFileNameWithoutExtension(file)[10..].Replace('_', ' ');
            string[] phrases = [$"{words[0]}, {Short(gloss)}", $"{words[0]}, a {nouns.Synsets[parents[0]].Words[0]}", Short(gloss)];
            int[] texts = [.. words.Prepend(name).Distinct().SelectMany(Prompts), .. phrases.Select(Add)];
            Classes.Add((texts, nouns.Likeness(synset, synsets)));
        }

        var members = synsets.SelectMany((own, i) => nouns.Ancestors(own).Where(above => above != own).Select(above => (above, i)));
        foreach (var group in members.GroupBy(pair => pair.above, pair => pair.i).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var (words, _, gloss, _) = nouns.Synsets[group.Key];
            if (group.Count() is >= 2 and var count && count <= largestGroup)
            {
                Groups.Add(([.. words.SelectMany(Prompts), Add($"{words[0]}, {Short(gloss)}")], [.. group]));
            }
        }

        var things = nouns.Synsets.Where(noun => !noun.Value.Instance && nouns.Ancestors(noun.Key).Contains(WordNet.PhysicalEntity));
        foreach (var (synset, noun) in things.OrderBy(noun => noun.Key, StringComparer.Ordinal))
        {
            // A text means its first sense.
            var texts = noun.Words.Where(word =>
                nouns.FirstSenses.GetValueOrDefault(word.ToLowerInvariant()) == synset && word.Count(c => c == ' ') < 2).ToList();
            var likeness = texts.Count > 0 ? nouns.Likeness(synset, synsets) : [0];
            if (likeness.Max() is var nearest && nearest >= nearEnough)
            {
                Words.AddRange(texts.Select(text => (Add(text), likeness, nearest * nearest)));
            }
        }
    }

    public List<string> Texts { get; } = [];

    /// <summary>In the order of the pictures; the first two texts are the name, plain and as of a photograph.</summary>
    public List<(int[] Texts, double[] Likeness)> Classes { get; } = [];

    public List<(int[] Texts, int[] Members)> Groups { get; } = [];

    public List<(int Text, double[] Likeness, double Weight)> Words { get; } = [];

    private int[] Prompts(string word) => [Add(word), Add($"a photo of a {word}")];

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
    private static string Short(string gloss) => gloss.Split('"', ';')[0].Trim();
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
