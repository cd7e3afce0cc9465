// Writes models/layout.onnx, the model that ships: dotnet run models/make-layout.cs
// Nothing is trained and nothing is downloaded; the same bytes come out everywhere. models/README.md says what the model is.

using System.Buffers.Binary;
using System.Text;
#if !LAYOUT_MODEL_AS_LIBRARY
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
#endif

namespace ImageSearch.Models;

/// <summary>The graph: where colours and edges lie in a picture.</summary>
internal static class LayoutModel
{
    public const int Side = 128;

    private const int Directions = 8;
    private const int Shades = 4;

    /// <summary>Share of the mirrored picture: 0 would set mirrored copies apart, 0.5 would not tell left from right.</summary>
    private const float Mirror = 0.25f;

#if !LAYOUT_MODEL_AS_LIBRARY
    public static int Main()
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "layout.onnx");
        var model = Build(out var dimension);
        File.WriteAllBytes(path, model);
        Console.WriteLine($"layout.onnx: {model.Length:N0} bytes, dimension {dimension}");
        Console.WriteLine($"SHA-256: {Convert.ToHexStringLower(SHA256.HashData(model))}");
        return 0;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
#endif

    public static byte[] Build(out int dimension)
    {
        var graph = new OnnxGraph("layout");
        var image = graph.Input("image", "N", 3, Side, Side);

        // Luma and two opponent colours, each about -1..1: grey has no colour, mid-grey no luma.
        var opponent = graph.Conv(
            image,
            [3, 3, 1, 1],
            [.. Scaled(2 / 255f, 0.299f, 0.587f, 0.114f), .. Scaled(2 / 255f, 0.5f, -0.5f, 0f), .. Scaled(2 / 255f, -0.25f, -0.25f, 0.5f)],
            bias: [-0.9f, -0.05f, 0.07f]);
        var luma = graph.Slice(opponent, 1, 0, 1);

        // 1. Colour layout: means over a grid. The average of the whole picture is a part of its own, so that the grid says only where.
        var grid = WithMirror(graph, graph.AveragePool(opponent, 16, 16), 8, [0, 1, 2]);
        var average = graph.AveragePool(opponent, Side, Side);
        var lumaGrid = Where(graph, graph.Slice(grid, 1, 0, 1), 64);
        var colourGrid = Where(graph, graph.Slice(grid, 1, 1, 3), 128);

        // 2. Edges at two scales.
        var half = graph.AveragePool(luma, 2, 2);
        var quarter = graph.AveragePool(luma, 4, 4);
        var (fine, fineAverage) = Edges(graph, half, pool: 8, cells: 8);
        var (coarse, _) = Edges(graph, quarter, pool: 8, cells: 4);

        // 3. Which colours there are, wherever they lie: what turning and cropping change least.
        var colours = Colours(graph, graph.AveragePool(opponent, 4, 4), pixels: 32 * 32);

        // 4. One vector. The constant keeps the length of a plain mid-grey picture's vector above zero.
        var one = graph.Constant([1], [1f]);
        (string Block, int Size, float Weight, float Floor)[] blocks =
        [
            (graph.Flatten(average), 3, 0.35f, 0.20f),
            (lumaGrid, 64, 0.45f, 0.30f),
            (colourGrid, 128, 0.55f, 0.20f),
            (fine, 64 * Directions, 0.75f, 0.10f),
            (fineAverage, Directions, 0.15f, 0.05f),
            (coarse, 16 * Directions, 0.45f, 0.10f),
            (colours, Shades * Shades * Shades, 0.40f, 0.05f),
        ];
        var parts = blocks.Select(block => graph.Normalise(block.Block, block.Weight, block.Floor)).ToList();
        var constant = graph.Add(graph.Mul(graph.Slice(graph.Flatten(average), 1, 0, 1), graph.Constant([1], [0f])), graph.Mul(one, graph.Constant([1], [0.03f])));
        parts.Add(constant);
        var joined = graph.Concat(parts);
        dimension = blocks.Sum(block => block.Size) + 1;
        graph.Output("embedding", graph.Normalise(joined, 1f, 0f), "N", dimension);
        return graph.ToModel(
            producer: "ImageSearch make-layout",
            description: "Colour layout and oriented gradients of a picture. Input: RGB 0..255, NCHW, 128 x 128. Licence: MIT.");
    }

    /// <summary>Mixes a part of the mirrored picture in, so that a mirrored copy is still alike.</summary>
    /// <param name="channels">The channel that each channel becomes in the mirror.</param>
    private static string WithMirror(OnnxGraph graph, string cells, int width, int[] channels)
    {
        var columns = Enumerable.Range(0, width).Reverse().ToArray();
        var mirrored = graph.Gather(graph.Gather(cells, 3, columns), 1, channels);
        return graph.Add(graph.Mul(cells, graph.Constant([1], [1 - Mirror])), graph.Mul(mirrored, graph.Constant([1], [Mirror])));
    }

    /// <summary>Flat grid without its own mean: what is brighter or redder than the rest, and where.</summary>
    private static string Where(OnnxGraph graph, string grid, int size) =>
        graph.Reshape(graph.Sub(grid, graph.ReduceMean(grid, 2, 3)), -1, size);

    /// <summary>A histogram over luma and both colours together; a pixel counts for the two nearest shades of each.</summary>
    private static string Colours(OnnxGraph graph, string opponent, int pixels)
    {
        var luma = Shade(graph, graph.Slice(opponent, 1, 0, 1), 0.25f, pixels);
        var redGreen = graph.Reshape(Shade(graph, graph.Slice(opponent, 1, 1, 2), 0.1f, pixels), -1, Shades, 1, pixels);
        var blueYellow = graph.Reshape(Shade(graph, graph.Slice(opponent, 1, 2, 3), 0.1f, pixels), -1, 1, Shades, pixels);
        var pairs = graph.Reshape(graph.Mul(redGreen, blueYellow), -1, Shades * Shades, pixels);
        var histogram = graph.MatMul(luma, graph.Transpose(pairs, 0, 2, 1));
        var flat = graph.Sqrt(graph.Mul(graph.Reshape(histogram, -1, Shades * Shades * Shades), graph.Constant([1], [1f / pixels])));
        return graph.Sub(flat, graph.ReduceMean(flat, 1));
    }

    /// <summary>Shares of the shades at -3, -1, 1 and 3 times <paramref name="step"/>.</summary>
    private static string Shade(OnnxGraph graph, string channel, float step, int pixels)
    {
        var clipped = graph.Clip(graph.Reshape(channel, -1, 1, pixels), -3 * step, 3 * step);
        var distance = graph.Abs(graph.Sub(clipped, graph.Constant([Shades, 1], [-3 * step, -step, step, 3 * step])));
        return graph.Relu(graph.Sub(graph.Constant([1], [1f]), graph.Mul(distance, graph.Constant([1], [0.5f / step]))));
    }

    /// <summary>
    /// Gradients, assigned softly to directions by the third power of their cosine, averaged over overlapping cells, square-rooted as
    /// histograms are, and without the picture's own mean per direction, which is the second result.
    /// </summary>
    private static (string Cells, string Average) Edges(OnnxGraph graph, string luma, int pool, int cells)
    {
        var filters = new List<float>();
        for (var i = 0; i < Directions; i++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * i / Directions);
            float[] dx = [-1, 0, 1, -2, 0, 2, -1, 0, 1];
            float[] dy = [-1, -2, -1, 0, 0, 0, 1, 2, 1];
            filters.AddRange(dx.Zip(dy, (x, y) => MathF.Round((float)(x * cos + y * sin) / 8, 6)));
        }

        var along = graph.Relu(graph.Conv(luma, [Directions, 1, 3, 3], [.. filters]));
        var square = graph.Mul(along, along);
        var energy = graph.Add(graph.ReduceSum(square, 1), graph.Constant([1], [1e-4f]));
        var assigned = graph.Div(graph.Mul(square, along), energy);
        var histogram = graph.Sqrt(graph.Add(graph.AveragePool(assigned, 2 * pool, pool, pool / 2), graph.Constant([1], [1e-6f])));
        histogram = WithMirror(graph, histogram, cells, [.. Enumerable.Range(0, Directions).Select(i => (Directions * 3 / 2 - i) % Directions)]);
        var average = graph.ReduceMean(histogram, 2, 3);
        return (
            graph.Reshape(graph.Sub(histogram, average), -1, Directions * cells * cells),
            graph.Reshape(graph.Sub(average, graph.ReduceMean(average, 1)), -1, Directions));
    }

    private static float[] Scaled(float scale, params float[] values) => [.. values.Select(value => value * scale)];
}

/// <summary>Collects operations and writes them as an ONNX file: just the operations and fields that are used here.</summary>
internal sealed class OnnxGraph(string name)
{
    private const int Opset = 17;
    private const int IrVersion = 8;

    private readonly Protobuf _graph = new();
    private int _names;

    public string Input(string input, params object[] shape)
    {
        _graph.Message(11, ValueInfo(input, shape));
        return input;
    }

    public void Output(string output, string value, params object[] shape)
    {
        Node("Identity", [value], output);
        _graph.Message(12, ValueInfo(output, shape));
    }

    public string Constant(int[] shape, float[] values)
    {
        var tensor = Tensor(shape, 1);
        tensor.Bytes(9, Raw(values.Length, 4, (span, i) => BinaryPrimitives.WriteSingleLittleEndian(span, values[i])));
        return Initializer(tensor);
    }

    public string Conv(string input, int[] shape, float[] weights, float[]? bias = null)
    {
        List<string> inputs = [input, Constant(shape, weights)];
        if (bias is not null)
        {
            inputs.Add(Constant([bias.Length], bias));
        }

        // Edges of the picture are repeated, not set against black: a border is no edge.
        var pad = shape[2] / 2;
        if (pad > 0)
        {
            inputs[0] = Node("Pad", [input, Integers([0, 0, pad, pad, 0, 0, pad, pad])], null, Text("mode", "edge"));
        }

        return Node("Conv", [.. inputs], null, Ints("kernel_shape", shape[2], shape[3]));
    }

    public string AveragePool(string input, int kernel, int stride, int pad = 0) =>
        Node("AveragePool", [input], null, Ints("kernel_shape", kernel, kernel), Ints("strides", stride, stride), Ints("pads", pad, pad, pad, pad));

    public string Slice(string input, int axis, int from, int to) => Node("Slice", [input, Integers([from]), Integers([to]), Integers([axis])]);

    public string Gather(string input, int axis, int[] indices) => Node("Gather", [input, Integers(indices)], null, Integer("axis", axis));

    public string ReduceMean(string input, params int[] axes) => Node("ReduceMean", [input], null, Ints("axes", axes));

    public string ReduceSum(string input, params int[] axes) => Node("ReduceSum", [input, Integers(axes)]);

    public string Reshape(string input, params int[] shape) => Node("Reshape", [input, Integers(shape)]);

    public string Flatten(string input) => Node("Flatten", [input]);

    public string Concat(IEnumerable<string> inputs) => Node("Concat", [.. inputs], null, Integer("axis", 1));

    public string Add(string left, string right) => Node("Add", [left, right]);

    public string Sub(string left, string right) => Node("Sub", [left, right]);

    public string Mul(string left, string right) => Node("Mul", [left, right]);

    public string Div(string left, string right) => Node("Div", [left, right]);

    public string MatMul(string left, string right) => Node("MatMul", [left, right]);

    public string Transpose(string input, params int[] order) => Node("Transpose", [input], null, Ints("perm", order));

    public string Clip(string input, float from, float to) => Node("Clip", [input, Constant([], [from]), Constant([], [to])]);

    public string Abs(string input) => Node("Abs", [input]);

    public string Relu(string input) => Node("Relu", [input]);

    public string Sqrt(string input) => Node("Sqrt", [input]);

    /// <summary>Scales each row to a length of <paramref name="weight"/>; rows much shorter than <paramref name="floor"/>, noise, stay short.</summary>
    public string Normalise(string rows, float weight, float floor)
    {
        var length = Sqrt(Add(ReduceSum(Mul(rows, rows), 1), Constant([1], [floor * floor])));
        var normalised = Div(rows, length);
        return weight == 1f ? normalised : Mul(normalised, Constant([1], [weight]));
    }

    public byte[] ToModel(string producer, string description)
    {
        _graph.Text(2, name);
        var opset = new Protobuf();
        opset.Text(1, "");
        opset.Number(2, Opset);
        var model = new Protobuf();
        model.Number(1, IrVersion);
        model.Text(2, producer);
        model.Text(6, description);
        model.Message(7, _graph);
        model.Message(8, opset);
        return model.ToArray();
    }

    private string Node(string operation, string[] inputs, string? output = null, params Protobuf[] attributes)
    {
        output ??= $"v{_names++}";
        var node = new Protobuf();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output);
        node.Text(4, operation);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute);
        }

        _graph.Message(1, node);
        return output;
    }

    private string Integers(int[] values)
    {
        var tensor = Tensor([values.Length], 7);
        tensor.Bytes(9, Raw(values.Length, 8, (span, i) => BinaryPrimitives.WriteInt64LittleEndian(span, values[i])));
        return Initializer(tensor);
    }

    private string Initializer(Protobuf tensor)
    {
        var initializer = $"c{_names++}";
        tensor.Text(8, initializer);
        _graph.Message(5, tensor);
        return initializer;
    }

    private static Protobuf Tensor(int[] shape, int type)
    {
        var tensor = new Protobuf();
        foreach (var side in shape)
        {
            tensor.Number(1, side);
        }

        tensor.Number(2, type);
        return tensor;
    }

    private static byte[] Raw(int count, int size, Action<Span<byte>, int> write)
    {
        var raw = new byte[count * size];
        for (var i = 0; i < count; i++)
        {
            write(raw.AsSpan(i * size), i);
        }

        return raw;
    }

    private static Protobuf ValueInfo(string value, object[] dimensions)
    {
        var shape = new Protobuf();
        foreach (var dimension in dimensions)
        {
            var entry = new Protobuf();
            if (dimension is int size)
            {
                entry.Number(1, size);
            }
            else
            {
                entry.Text(2, (string)dimension);
            }

            shape.Message(1, entry);
        }

        var tensor = new Protobuf();
        tensor.Number(1, 1);
        tensor.Message(2, shape);
        var type = new Protobuf();
        type.Message(1, tensor);
        var info = new Protobuf();
        info.Text(1, value);
        info.Message(2, type);
        return info;
    }

    private static Protobuf Ints(string attribute, params int[] values)
    {
        var message = Attribute(attribute, 7);
        foreach (var value in values)
        {
            message.Number(8, value);
        }

        return message;
    }

    private static Protobuf Integer(string attribute, int value)
    {
        var message = Attribute(attribute, 2);
        message.Number(3, value);
        return message;
    }

    private static Protobuf Text(string attribute, string value)
    {
        var message = Attribute(attribute, 3);
        message.Text(4, value);
        return message;
    }

    private static Protobuf Attribute(string attribute, int type)
    {
        var message = new Protobuf();
        message.Text(1, attribute);
        message.Number(20, type);
        return message;
    }
}

/// <summary>Protocol buffers' wire format, writing only.</summary>
internal sealed class Protobuf
{
    private readonly List<byte> _bytes = [];

    public void Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Message(int field, Protobuf value) => Bytes(field, value.ToArray());

    public void Bytes(int field, byte[] value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
    }

    public byte[] ToArray() => [.. _bytes];

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
