using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace ImageSearch.ModelPreparation;

/// <summary>Tensors and nodes as ONNX wants them.</summary>
internal static class Graphs
{
    public static ModelProto Model(GraphProto graph, string description) => new()
    {
        IrVersion = 8,
        ProducerName = "ImageSearch",
        DocString = description,
        Graph = graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 13 } },
    };

    /// <summary>A float input or output with any number of pictures in it.</summary>
    public static ValueInfoProto Pictures(string name, params long[] shape) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)TensorProto.Types.DataType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimParam = "N" },
                        shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }),
                    },
                },
            },
        },
    };

    public static TensorProto Tensor<T>(string name, TensorProto.Types.DataType type, IEnumerable<long> shape, T[] values)
        where T : unmanaged
    {
        // Raw data is little-endian, as every system that .NET runs on.
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values)) };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    public static double[] Floats(TensorProto tensor) => tensor.FloatData.Count > 0
        ? [.. tensor.FloatData.Select(value => (double)value)]
        : [.. MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray().Select(value => (double)value)];

    public static NodeProto Node(string operation, IEnumerable<string> inputs, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Output = { output } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        return node;
    }
}
