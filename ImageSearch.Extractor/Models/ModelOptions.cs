using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.Core.RabbitMq;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Models;

/// <summary>The model that this extractor runs. Configuration section <c>Model</c>, written by the AppHost.</summary>
public sealed record ModelOptions : ModelDeclaration
{
    public const string Section = "Model";

    /// <summary>Bytes that are downloaded at most. Default 2 GB (2,000,000,000).</summary>
    public long MaximumBytes { get; init; } = 2_000_000_000;

    /// <summary>How long a download may take. Default 15 min.</summary>
    public TimeSpan DownloadTimeout { get; init; } = TimeSpan.FromMinutes(15);

    public ModelKey Key => new(Name, Version);
}

internal static class ModelInputExtensions
{
    extension(ModelInput input)
    {
        /// <summary>What a picture is decoded to.</summary>
        public DecodeTarget Target => new(input.Width, input.Height, input.Resize, input.ResizeTo);

        /// <summary>Floats of one picture.</summary>
        public int Length => input.Width * input.Height * 3;
    }
}

/// <summary>Finds every mistake of a declaration at once.</summary>
internal sealed class ModelOptionsValidator(IServiceProviderIsService services) : IValidateOptions<ModelOptions>
{
    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        string[] problems = [.. options.Problems().Concat(Own(options)).Select(problem => $"{ModelOptions.Section}:{problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Own(ModelOptions options)
    {
        if (options.MaximumBytes < 1)
        {
            yield return "MaximumBytes must be positive.";
        }

        if (options.DownloadTimeout <= TimeSpan.Zero || options.DownloadTimeout > TimeSpan.FromDays(1))
        {
            yield return "DownloadTimeout must be positive and at most a day.";
        }

        if (options.QueryTransport == QueryTransport.Rpc && !services.IsService(typeof(RabbitMqConnection)))
        {
            yield return "QueryTransport is Rpc, which needs RabbitMQ: set Backend to servers and ConnectionStrings:rabbitmq, or QueryTransport to Http.";
        }
    }
}

/// <summary>What ONNX Runtime runs the network on.</summary>
public enum ExecutionProvider
{
    Cpu,

    /// <summary>The first NVIDIA GPU. Needs a build with <c>-p:OnnxRuntimeGpu=true</c>, CUDA 13 and cuDNN 9.</summary>
    Cuda,
}
