using System.Text.RegularExpressions;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using ImageSearch.Core.RabbitMq;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Models;

/// <summary>Finds every mistake of a declaration at once.</summary>
internal sealed partial class ModelOptionsValidator(IServiceProviderIsService services) : IValidateOptions<ModelOptions>
{
    private const int MaximumSide = 2048;

    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        var errors = Errors(options).Concat(TransportErrors(options)).Concat(InputErrors(options.Input)).Concat(OutputErrors(options.Output)).Concat(TextErrors(options.Text)).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(ModelOptions options)
    {
        if (!NamePattern().IsMatch(options.Name))
        {
            yield return "Model:Name must be a lower-case DNS label of at most 32 characters.";
        }

        if (string.IsNullOrWhiteSpace(options.Version))
        {
            yield return "Model:Version is not set: give the model a version, and a new one whenever its vectors change.";
        }

        if (options.Dimension is < 1 or > 8192)
        {
            yield return "Model:Dimension must be between 1 and 8192: the floats that the embedding output has per picture.";
        }

        if (string.IsNullOrWhiteSpace(options.Source))
        {
            yield return "Model:Source is not set: give the path or URL of the ONNX file.";
        }
        else if (ModelOptions.IsUrl(options.Source) && !Uri.TryCreate(options.Source, UriKind.Absolute, out _))
        {
            yield return "Model:Source is not a valid URL.";
        }
        else if (ModelOptions.IsUrl(options.Source) && string.IsNullOrEmpty(options.Sha256))
        {
            yield return "Model:Sha256 is not set: a model from a URL needs its checksum.";
        }

        if (!string.IsNullOrEmpty(options.Sha256) && !HashPattern().IsMatch(options.Sha256))
        {
            yield return "Model:Sha256 must be 64 hexadecimal digits.";
        }

        if (options.MaximumBytes < 1)
        {
            yield return "Model:MaximumBytes must be positive.";
        }

        if (options.DownloadTimeout <= TimeSpan.Zero || options.DownloadTimeout > TimeSpan.FromDays(1))
        {
            yield return "Model:DownloadTimeout must be positive and at most a day.";
        }
    }

    private IEnumerable<string> TransportErrors(ModelOptions options)
    {
        if (!Enum.IsDefined(options.QueryTransport))
        {
            yield return "Model:QueryTransport is Http or Rpc.";
        }

        if (options.QueryTransport == QueryTransport.Rpc && !services.IsService(typeof(RabbitMqConnection)))
        {
            yield return "Model:QueryTransport is Rpc, which needs RabbitMQ: set Backend to servers and ConnectionStrings:rabbitmq, or QueryTransport to Http.";
        }
    }

    private static IEnumerable<string> InputErrors(ModelInputOptions input)
    {
        if (string.IsNullOrWhiteSpace(input.Name))
        {
            yield return "Model:Input:Name is not set: give the name of the graph's input.";
        }

        if (input.Width is < 1 or > MaximumSide || input.Height is < 1 or > MaximumSide)
        {
            yield return $"Model:Input:Width and Model:Input:Height must be between 1 and {MaximumSide}.";
        }

        if (!Enum.IsDefined(input.Resize) || !Enum.IsDefined(input.Channels) || !Enum.IsDefined(input.Layout))
        {
            yield return "Model:Input:Resize is ShorterSideThenCrop or Stretch, Channels is Rgb or Bgr, Layout is Nchw or Nhwc.";
        }

        var longer = Math.Max(input.Width, input.Height);
        if (input.Resize == ResizeRule.ShorterSideThenCrop && input.ResizeTo is { } side && (side < longer || side > 2 * MaximumSide))
        {
            yield return $"Model:Input:ResizeTo must be at least the input's longer side and at most {2 * MaximumSide}.";
        }

        if (input.Mean.Count is not (0 or 3) || input.Scale.Count is not (0 or 3))
        {
            yield return "Model:Input:Mean and Model:Input:Scale have three numbers each, or none.";
        }

        if (input.Mean.Any(value => !float.IsFinite(value)) || input.Scale.Any(value => !float.IsFinite(value) || value == 0))
        {
            yield return "Model:Input:Mean must be finite, Model:Input:Scale finite and not zero.";
        }
    }

    private static IEnumerable<string> OutputErrors(ModelOutputOptions output)
    {
        if (string.IsNullOrWhiteSpace(output.Embedding))
        {
            yield return "Model:Output:Embedding is not set: give the name of the graph's output that has the vector.";
        }

        if (string.IsNullOrEmpty(output.Labels) != string.IsNullOrEmpty(output.Probabilities))
        {
            yield return "Model:Output:Probabilities and Model:Output:Labels belong together: set both or none.";
        }
    }

    private static IEnumerable<string> TextErrors(ModelTextOptions text)
    {
        if (!text.IsDeclared)
        {
            yield break;
        }

        string?[] sources = [text.Source, text.Vocabulary, text.Merges, text.Matrix];
        if (sources.OfType<string>().Any(source => ModelOptions.IsUrl(source) && !Uri.TryCreate(source, UriKind.Absolute, out _)))
        {
            yield return "Model:Text:Source, Vocabulary, Merges and Matrix are paths or valid URLs.";
        }

        if (ModelOptions.IsUrl(text.Source!) && string.IsNullOrEmpty(text.Sha256))
        {
            yield return "Model:Text:Sha256 is not set: a text encoder from a URL needs its checksum.";
        }

        if (!string.IsNullOrEmpty(text.Sha256) && !HashPattern().IsMatch(text.Sha256))
        {
            yield return "Model:Text:Sha256 must be 64 hexadecimal digits.";
        }

        if (string.IsNullOrWhiteSpace(text.Vocabulary) || string.IsNullOrWhiteSpace(text.Input) || string.IsNullOrWhiteSpace(text.Output))
        {
            yield return "Model:Text:Vocabulary, Input and Output must be set: the tokenizer's vocabulary, and the names of the graph's input and output.";
        }

        if (!Enum.IsDefined(text.Tokenizer) || !Enum.IsDefined(text.Pooling))
        {
            yield return "Model:Text:Tokenizer is WordPiece or BytePair, Pooling is None, Mean or First.";
        }

        if (text.Tokenizer == TextTokenizer.BytePair == string.IsNullOrEmpty(text.Merges))
        {
            yield return "Model:Text:Merges belongs to the tokenizer BytePair, which needs it: set both or neither.";
        }

        if (text.MaximumTokens is < 3 or > 1024)
        {
            yield return "Model:Text:MaximumTokens must be between 3 and 1,024.";
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[0-9a-fA-F]{64}$")]
    private static partial Regex HashPattern();
}
