using Google.Protobuf.Collections;
using Onnx;

namespace ImageSearch.ModelPreparation;

/// <summary>
/// The network of Microsoft.ML.DnnImageFeaturizer.ResNet18, made fit for batches: as exported it takes one picture at a time and has its batch
/// normalisations beside the convolutions.
/// </summary>
internal static class ResNet18
{
    public const string Sha256 = "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f";
    public const int Side = 224;
    public const int Dimension = 512;
    public const string Input = "image";
    public const string Output = "embedding";

    /// <exception cref="InvalidDataException">It is another file.</exception>
    public static ModelProto Read(string path) => Prepare(ModelFile.Read(path, Sha256));

    private static ModelProto Prepare(ModelProto source)
    {
        var constants = source.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        var graph = new GraphProto
        {
            Name = "resnet18",
            Input = { Graphs.Pictures(Input, 3, Side, Side) },
            Output = { Graphs.Pictures(Output, Dimension, 1, 1) },
        };
        var input = source.Graph.Input.First(value => !constants.ContainsKey(value.Name)).Name;
        var output = source.Graph.Output.Single().Name;
        var convolutions = new Dictionary<string, NodeProto>();
        foreach (var node in source.Graph.Node.Select(node => node.Clone()))
        {
            Rename(node.Input, input, Input);
            Rename(node.Output, output, Output);
            switch (node.OpType)
            {
                case "Conv":
                    convolutions[node.Output[0]] = node;
                    graph.Node.Add(node);
                    break;
                case "BatchNormalization":
                    Fold(node, convolutions[node.Input[0]], constants, graph);
                    break;
                default:
                    graph.Node.Add(node);
                    break;
            }
        }

        return Graphs.Model(graph, "ResNet-18 of the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1 (MIT), prepared for batches.");
    }

    /// <summary>A batch normalisation is a factor and a summand per channel: the convolution before it takes them over.</summary>
    private static void Fold(NodeProto normalisation, NodeProto convolution, Dictionary<string, TensorProto> constants, GraphProto graph)
    {
        double[] Values(int input) => Graphs.Floats(constants[normalisation.Input[input]]);
        var (scale, bias, mean, variance) = (Values(1), Values(2), Values(3), Values(4));
        double epsilon = normalisation.Attribute.Single(attribute => attribute.Name == "epsilon").F;
        double[] factors = [.. scale.Zip(variance, (s, v) => s / Math.Sqrt(v + epsilon))];

        var weights = constants[convolution.Input[1]];
        var values = Graphs.Floats(weights);
        var perChannel = values.Length / factors.Length;
        graph.Initializer.Add(Graphs.Tensor(
            weights.Name, TensorProto.Types.DataType.Float, weights.Dims, [.. values.Select((value, i) => (float)(value * factors[i / perChannel]))]));

        var sum = $"{convolution.Input[1]}_bias";
        graph.Initializer.Add(Graphs.Tensor(
            sum, TensorProto.Types.DataType.Float, [factors.Length], [.. bias.Select((value, i) => (float)(value - (mean[i] * factors[i])))]));
        convolution.Input.Add(sum);
        convolution.Output[0] = normalisation.Output[0];
    }

    private static void Rename(RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
        {
            names[i] = names[i] == from ? to : names[i];
        }
    }
}
