using ImageSearch.Core.RabbitMq;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Models;

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
