using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using ImageSearch.Core.Imaging;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Configuration;

namespace ImageSearch.Benchmarks.Retrieval;

/// <summary>A model as the AppHost declares it, run by the extractor's own code in this process.</summary>
internal sealed class DeclaredModel : IDisposable
{
    private static readonly ImageLimits Limits = new();

    private readonly ModelOptions _options;
    private readonly Preprocessor _preprocessor;
    private readonly OnnxModel _network;
    private readonly TextEncoder? _text;

    private DeclaredModel(ModelOptions options, int threads)
    {
        _options = options;
        _preprocessor = new Preprocessor(options.Input);
        _network = OnnxModel.Load(Full(options.Source)!, options, [], threads);
        _text = options.Text is { } text
            ? TextEncoder.Load(new TextFiles(Full(text.Source)!, Full(text.Vocabulary)!, Full(text.Merges), Full(text.Head)), options, threads)
            : null;

        static string? Full(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path, AppContext.BaseDirectory);
    }

    public string Key => _options.Key.ToString();

    public ModelOptions Options => _options;

    public OnnxModel Network => _network;

    /// <param name="name">As <c>--model</c> of the AppHost takes it.</param>
    public static async Task<DeclaredModel> LoadAsync(string name, int threads)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_AppHost>(["--model", name]);
        var extractor = builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name.StartsWith("extractor-", StringComparison.Ordinal));
        var environment = new EnvironmentCallbackContext(builder.ExecutionContext, extractor);
        foreach (var annotation in extractor.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(environment);
        }

        var settings = environment.EnvironmentVariables.Where(variable => variable.Value is string)
            .ToDictionary(variable => variable.Key.Replace("__", ":", StringComparison.Ordinal), variable => (string?)variable.Value);
        var options = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetRequiredSection(ModelOptions.Section).Get<ModelOptions>()!;
        return new DeclaredModel(options, threads);
    }

    /// <summary>The model's input for a picture.</summary>
    public float[] Decode(byte[] picture)
    {
        var target = _options.Input.Target;
        var pixels = new byte[target.Bytes];
        ImageDecoder.Decode(picture, target, null, Limits, pixels);
        var input = new float[_options.Input.Length];
        _preprocessor.Convert(pixels, input);
        return input;
    }

    /// <returns>Length 1.</returns>
    public float[] Embed(float[] input)
    {
        float[] vector = [];
        _network.Run(input, 1, (embedding, _) => vector = Extractor.Embedding.Vectors.Normalise(embedding));
        return vector;
    }

    public float[] Embed(byte[] picture) => Embed(Decode(picture));

    /// <returns>Length 1; null where the model knows no words.</returns>
    public float[]? Embed(string words) => _text?.Encode(words);

    public void Dispose()
    {
        _network.Dispose();
        _text?.Dispose();
    }
}
