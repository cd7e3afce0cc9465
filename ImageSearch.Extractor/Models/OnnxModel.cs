using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace ImageSearch.Extractor.Models;

/// <summary>A loaded network that has been seen to work: its names, shapes and a first inference were checked.</summary>
internal sealed class OnnxModel : IDisposable
{
    // Set in the file by whoever made it; ImageSearch.ModelPreparation does.
    private const string Arithmetic = "arithmetic";
    private const string EightBit = "int8";

    private readonly ModelOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _outputs;

    private OnnxModel(ModelOptions options, InferenceSession session, IReadOnlyList<string> labels)
    {
        _options = options;
        _session = session;
        Labels = labels;
        _outputs = labels.Count == 0 ? [options.Output.Embedding] : [options.Output.Embedding, options.Output.Probabilities!];
    }

    /// <summary>In the order of the probabilities; empty where the model has none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether the file says that it calculates in eight bits, which only some processors are fast at.</summary>
    public bool IsEightBit => _session.ModelMetadata.CustomMetadataMap.GetValueOrDefault(Arithmetic) == EightBit;

    /// <summary>Pictures that every inference must have; 0 when any number will do.</summary>
    public int FixedBatch { get; private set; }

    /// <exception cref="ModelException">
    /// The file is no model, or not the declared one, or the execution provider cannot be used.
    /// </exception>
    public static OnnxModel Load(
        string path, ModelOptions options, IReadOnlyList<string> labels, int threads, ExecutionProvider provider = ExecutionProvider.Cpu)
    {
        var session = OnnxSessions.Open(path, $"model '{options.Source}'", threads, provider == ExecutionProvider.Cuda ? UseCuda : null);
        var model = new OnnxModel(options, session, labels);
        try
        {
            model.CheckDeclaration();
            model.Probe();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network. Not to be called concurrently with the same buffers.</summary>
    /// <param name="inputs">Pictures one after the other, width × height × 3 floats each.</param>
    /// <param name="count">How many; <see cref="FixedBatch"/> where that is set.</param>
    /// <param name="read">Gets the embeddings and the probabilities (empty without labels), both flat; valid during the call only.</param>
    public void Run(Memory<float> inputs, int count, EmbeddingReader read)
    {
        var input = _options.Input;
        long[] shape = input.Layout == TensorLayout.Nchw ? [count, 3, input.Height, input.Width] : [count, input.Height, input.Width, 3];
        using var tensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, inputs[..(count * input.Length)], shape);
        using var results = _session.Run(_run, [input.Name], [tensor], _outputs);
        read(results[0].GetTensorDataAsSpan<float>(), results.Count > 1 ? results[1].GetTensorDataAsSpan<float>() : []);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    /// <summary>
    /// Fails where CUDA is chosen and absent: an extractor that quietly fell back to the CPU would be many times slower than planned.
    /// </summary>
    private static void UseCuda(SessionOptions settings)
    {
        const string Cpu = "or leave Extractor:ExecutionProvider at Cpu.";
        if (!OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
        {
            throw new ModelException(
                $"Extractor:ExecutionProvider is Cuda, but this build has no CUDA: build with -p:OnnxRuntimeGpu=true, {Cpu}");
        }

        try
        {
            settings.AppendExecutionProvider_CUDA();
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"Extractor:ExecutionProvider is Cuda, but CUDA does not start: install CUDA 13, cuDNN 9 and the driver, {Cpu} {OnnxSessions.FirstLine(e)}");
        }
    }

    private void CheckDeclaration()
    {
        var (input, name) = (_options.Input, _options.Input.Name);
        if (!_session.InputMetadata.TryGetValue(name, out var metadata))
        {
            throw new ModelException(
                $"The model '{_options.Source}' has no input '{name}'; its inputs are {OnnxSessions.Names(_session.InputMetadata.Keys)}.");
        }

        if (_session.InputMetadata.Count > 1)
        {
            throw new ModelException($"The model '{_options.Source}' wants more than a picture: its inputs are {OnnxSessions.Names(_session.InputMetadata.Keys)}.");
        }

        int[] wanted = input.Layout == TensorLayout.Nchw ? [-1, 3, input.Height, input.Width] : [-1, input.Height, input.Width, 3];
        var found = metadata.Dimensions;
        var fits = found.Length == 4 && found.Skip(1).Zip(wanted.Skip(1)).All(pair => pair.First < 0 || pair.First == pair.Second);
        if (metadata.ElementDataType != TensorElementType.Float || !fits)
        {
            throw new ModelException(
                $"The input '{name}' of the model '{_options.Source}' is {metadata.ElementDataType} {Shape(found)}; "
                + $"the declaration makes it Float {Shape(wanted)}.");
        }

        FixedBatch = Math.Max(0, found[0]);
        foreach (var output in _outputs)
        {
            if (!_session.OutputMetadata.TryGetValue(output, out var outputMetadata))
            {
                throw new ModelException($"The model '{_options.Source}' has no output '{output}'; its outputs are {OnnxSessions.Names(_session.OutputMetadata.Keys)}.");
            }

            if (outputMetadata.ElementDataType != TensorElementType.Float)
            {
                throw new ModelException(
                    $"The output '{output}' of the model '{_options.Source}' is {outputMetadata.ElementDataType}, not Float.");
            }
        }
    }

    /// <summary>Runs the network once as it will be run: what a graph declares of its shapes and what it does may differ.</summary>
    private void Probe()
    {
        try
        {
            if (FixedBatch > 0)
            {
                ProbeWith(FixedBatch);
                return;
            }

            ProbeWith(1);
            try
            {
                ProbeWith(2);
            }
            catch (Exception e) when (e is OnnxRuntimeException or ModelException)
            {
                // Says any number, but was exported with shapes for one.
                FixedBatch = 1;
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelException($"The model '{_options.Source}' fails on a picture as declared: {OnnxSessions.FirstLine(e)}");
        }
    }

    private void ProbeWith(int count)
    {
        var inputs = new float[count * _options.Input.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = i % 97;
        }

        Run(inputs, count, (embeddings, probabilities) =>
        {
            if (embeddings.Length != count * _options.Dimension)
            {
                throw new ModelException(
                    $"The output '{_options.Output.Embedding}' of the model '{_options.Source}' has {embeddings.Length / count:N0} floats per picture; "
                    + $"the declared dimension is {_options.Dimension:N0}.");
            }

            if (Labels.Count > 0 && probabilities.Length != count * Labels.Count)
            {
                throw new ModelException(
                    $"The output '{_options.Output.Probabilities}' of the model '{_options.Source}' has {probabilities.Length / count:N0} floats "
                    + $"per picture; the labels file has {Labels.Count:N0} lines.");
            }
        });
    }

    private static string Shape(int[] dimensions) =>
        $"[{string.Join(", ", dimensions.Select(dimension => dimension < 0 ? "any" : $"{dimension}"))}]";

    /// <summary>Takes the results of an inference.</summary>
    public delegate void EmbeddingReader(ReadOnlySpan<float> embeddings, ReadOnlySpan<float> probabilities);
}
