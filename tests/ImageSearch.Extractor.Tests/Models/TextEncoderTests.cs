using System.Net;
using System.Net.Http.Json;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using ImageSearch.Extractor.Models;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using Microsoft.Extensions.Configuration;
using Onnx;

namespace ImageSearch.Extractor.Tests.Models;

/// <summary>
/// Words in a model's space: MiniLM and the head that ship, and a pair in the manner of CLIP, made here: pictures are their mean colour, the
/// words red, green and blue are these colours.
/// </summary>
public sealed class TextEncoderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Embed_WordsOfWhatShips_LieAsTheirMeaningsDo()
    {
        await using var host = await ExtractorHost.StartAsync(Declarations.WithMiniLm(Declarations.ResNet18()));
        var vectors = new Dictionary<string, float[]>();
        foreach (var words in new[] { "dog", "a puppy", "sailing boat", "Dog", "ship", new string('x', 2000), "猫 🙂" })
        {
            vectors[words] = await EmbedAsync(host, words);
            Assert.Equal(512, vectors[words].Length);
            Assert.Equal(1, TensorPrimitives.Norm<float>(vectors[words]), 1e-4);
        }

        Assert.True(Score("dog", "a puppy") > Score("dog", "ship") + 0.1, $"{Score("dog", "a puppy")} {Score("dog", "ship")}");
        Assert.True(Score("sailing boat", "ship") > Score("sailing boat", "a puppy") + 0.1);
        Assert.Equal(vectors["dog"], vectors["Dog"]);

        float Score(string a, string b) => TensorPrimitives.Dot<float>(vectors[a], vectors[b]);
    }

    [Fact]
    public async Task Embed_WordsOfWhatShips_AreNearestToThePicturesThatTheyDescribe()
    {
        TestData.SkipIfMissing();
        await using var host = await ExtractorHost.StartAsync(Declarations.WithMiniLm(Declarations.ResNet18()));
        var pictures = new List<(string Name, float[] Vector)>();
        foreach (var path in TestData.Images.Where((_, i) => i % 4 == 0))
        {
            using var response = await host.Client.PostAsync("/embed", new ByteArrayContent(await File.ReadAllBytesAsync(path, Token)), Token);
            pictures.Add((Path.GetFileNameWithoutExtension(path).Split('_', 2)[1].Replace('_', ' '), Vector((await response.Content.ReadFromJsonAsync<EmbedResponse>(Token))!)));
        }

        var first = 0;
        foreach (var (name, _) in pictures)
        {
            var words = await EmbedAsync(host, name);
            first += pictures.OrderByDescending(picture => TensorPrimitives.Dot<float>(picture.Vector, words)).Take(5).Any(picture => picture.Name == name) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{first} of {pictures.Count} photographs are among the five nearest to their name");
        // By chance it would be one in ten.
        Assert.True(first > pictures.Count / 2);
    }

    [Theory]
    [InlineData("Mean", TensorProto.Types.DataType.Int64, 0)]
    [InlineData("Mean", TensorProto.Types.DataType.Int32, 8)]
    [InlineData("None", TensorProto.Types.DataType.Int64, 8)]
    public async Task Embed_WordsOfAPairInTheMannerOfClip_AreWhereTheirPicturesAre(string pooling, TensorProto.Types.DataType type, int length)
    {
        await using var host = await ExtractorHost.StartAsync(Pair(pooling, type, length));

        foreach (var (words, color) in new[] { ("red", (255, 0, 0)), ("GREEN", (0, 255, 0)), (" blue!", (0, 0, 255)), ("red red green", (200, 100, 0)) })
        {
            var picture = PictureEncoder.Encode([.. Enumerable.Range(0, 64).SelectMany(_ => new[] { (byte)color.Item1, (byte)color.Item2, (byte)color.Item3 })], 8, 8, 3, "pngsave_buffer");
            using var response = await host.Client.PostAsync("/embed", new ByteArrayContent(picture), Token);
            var (expected, vector) = (Vector((await response.Content.ReadFromJsonAsync<EmbedResponse>(Token))!), await EmbedAsync(host, words));
            Assert.Equal(1, TensorPrimitives.Dot<float>(expected, vector), 1e-4);
        }
    }

    [Fact]
    public async Task Embed_WordsWithAHead_AreWhereTheHeadPutsThem()
    {
        var settings = Pair("Mean", TensorProto.Types.DataType.Int64, 0);
        var path = Path.Combine(_directory.Path, "turn.onnx");
        await File.WriteAllBytesAsync(path, Linear(3, 3, [0, 3, 0, 0, 0, 3, 3, 0, 0]), Token);
        settings["Model:Text:Head"] = path;
        await using var host = await ExtractorHost.StartAsync(settings);

        var (red, blue) = (await EmbedAsync(host, "red"), await EmbedAsync(host, "blue"));

        Assert.Equal([0, 1, 0], red);
        Assert.Equal([1, 0, 0], blue);
    }

    [Fact]
    public async Task Embed_NothingToGoBy_IsRefused()
    {
        await using var host = await ExtractorHost.StartAsync(Pair("Mean", TensorProto.Types.DataType.Int64, 0));
        await ProblemAsync(host, "", HttpStatusCode.UnprocessableEntity, "no-vector");
        await ProblemAsync(host, new string('x', 10_000), HttpStatusCode.RequestEntityTooLarge, "too-large");

        await using var without = await ExtractorHost.StartAsync(Declarations.Layout());
        await ProblemAsync(without, "red", HttpStatusCode.BadRequest, "no-words");
    }

    [Theory]
    [InlineData("Input", "tokens", "has the inputs 'input_ids'")]
    [InlineData("Mask", "attention_mask", "declares 'input_ids', 'attention_mask'")]
    [InlineData("Output", "pooled", "its outputs are 'embedding'")]
    [InlineData("Pooling", "None", "Pooling None needs Float of 2")]
    [InlineData("Tokenizer", "WordPiece", "cannot be read as one for WordPiece")]
    [InlineData("Head", "vocab.json", "cannot be loaded")]
    [InlineData("Head", "words.onnx", "cannot take the 3 floats of a text")]
    [InlineData("Head", "five.onnx", "gives 5 floats, and the pictures have 3")]
    [InlineData("Source", "vocab.json", "cannot be loaded")]
    [InlineData("Vocabulary", "none.json", "cannot be read as one for BytePair")]
    public async Task Load_WhatDoesNotFit_SaysSo(string field, string value, string sentence)
    {
        var settings = Pair("Mean", TensorProto.Types.DataType.Int64, 0);
        await File.WriteAllBytesAsync(Path.Combine(_directory.Path, "five.onnx"), Linear(3, 5, new float[15]), Token);
        settings[$"Model:Text:{field}"] = value.Contains('.', StringComparison.Ordinal) ? Path.Combine(_directory.Path, value) : value;
        if (value == "WordPiece")
        {
            settings.Remove("Model:Text:Merges");
        }

        var options = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetRequiredSection(ModelOptions.Section).Get<ModelOptions>()!;
        var files = new TextFiles(options.Text!.Source, options.Text.Vocabulary, options.Text.Merges, options.Text.Head);

        var error = Assert.Throws<ModelException>(() => TextEncoder.Load(files, options, threads: 1));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private Dictionary<string, string?> Pair(string pooling, TensorProto.Types.DataType type, int length)
    {
        string Write(string name, byte[] content)
        {
            var path = Path.Combine(_directory.Path, name);
            File.WriteAllBytes(path, content);
            return path;
        }

        var settings = Declarations.Averages(Write("averages.onnx", Declarations.Averages()));
        settings["Model:Text:Source"] = Write("words.onnx", Colors(pooling == "None", type, length));
        settings["Model:Text:Tokenizer"] = "BytePair";
        settings["Model:Text:Vocabulary"] = Write("vocab.json", Encoding.UTF8.GetBytes(new JsonObject(Vocabulary.Index().Select(token => KeyValuePair.Create(token.Item, (JsonNode?)token.Index))).ToJsonString()));
        settings["Model:Text:Merges"] = Write("merges.txt", Encoding.UTF8.GetBytes("#version: 0.2\n" + string.Join('\n', Merges) + "\n"));
        settings["Model:Text:Input"] = "input_ids";
        settings["Model:Text:Output"] = "embedding";
        settings["Model:Text:Pooling"] = pooling;
        return settings;
    }

    private static string[] Merges => ["r e", "re d</w>", "g re", "gre e", "gree n</w>", "b l", "bl u", "blu e</w>"];

    // The first is padding, too; letters, then what they are merged to.
    private static string[] Vocabulary =>
    [
        "!", "!</w>", "<|startoftext|>", "<|endoftext|>", .. "abcdefghijklmnopqrstuvwxyz".SelectMany(letter => new[] { $"{letter}", $"{letter}</w>" }),
        .. Merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)),
    ];

    /// <summary>A table of colours by token; whole tokens alone have one.</summary>
    private static byte[] Colors(bool pooled, TensorProto.Types.DataType type, int length)
    {
        var table = new float[Vocabulary.Length * 3];
        foreach (var (i, word) in new[] { "red</w>", "green</w>", "blue</w>" }.Index())
        {
            table[(Array.IndexOf(Vocabulary, word) * 3) + i] = 1;
        }

        var graph = new GraphProto
        {
            Name = "colours",
            Input = { Value("input_ids", type, length == 0 ? "length" : null, length) },
            Initializer = { new TensorProto { Name = "table", DataType = (int)TensorProto.Types.DataType.Float, Dims = { Vocabulary.Length, 3 }, FloatData = { table } } },
            Node = { new NodeProto { OpType = "Gather", Input = { "table", "input_ids" }, Output = { pooled ? "tokens" : "embedding" } } },
            Output = { pooled ? Value("embedding", TensorProto.Types.DataType.Float, null, 3) : Value("embedding", TensorProto.Types.DataType.Float, "length", 0, 3) },
        };
        if (pooled)
        {
            graph.Node.Add(new NodeProto
            {
                OpType = "ReduceMean",
                Input = { "tokens" },
                Output = { "embedding" },
                Attribute =
                {
                    new AttributeProto { Name = "axes", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 1 } },
                    new AttributeProto { Name = "keepdims", Type = AttributeProto.Types.AttributeType.Int, I = 0 },
                },
            });
        }

        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 13 } } }.ToByteArray();
    }

    private static byte[] Linear(int from, int to, float[] matrix)
    {
        var graph = new GraphProto
        {
            Name = "head",
            Input = { Value("text", TensorProto.Types.DataType.Float, null, from) },
            Initializer = { new TensorProto { Name = "matrix", DataType = (int)TensorProto.Types.DataType.Float, Dims = { from, to }, FloatData = { matrix } } },
            Node = { new NodeProto { OpType = "MatMul", Input = { "text", "matrix" }, Output = { "picture" } } },
            Output = { Value("picture", TensorProto.Types.DataType.Float, null, to) },
        };
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 13 } } }.ToByteArray();
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, string? named, params int[] lengths)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        foreach (var length in lengths)
        {
            shape.Dim.Add(length == 0 ? new TensorShapeProto.Types.Dimension { DimParam = named } : new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    private static async Task<float[]> EmbedAsync(ExtractorHost host, string words)
    {
        using var response = await host.Client.PostAsync("/embed/text", new StringContent(words), Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return Vector((await response.Content.ReadFromJsonAsync<EmbedResponse>(Token))!);
    }

    private static async Task ProblemAsync(ExtractorHost host, string words, HttpStatusCode status, string slug)
    {
        using var response = await host.Client.PostAsync("/embed/text", new StringContent(words), Token);
        Assert.Equal((status, $"urn:imagesearch:{slug}"), (response.StatusCode, (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Token))!["type"]));
    }

    private static float[] Vector(EmbedResponse response) => MemoryMarshal.Cast<byte, float>(response.Vector).ToArray();
}
