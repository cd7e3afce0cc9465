using ImageSearch.Extractor.Api;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Extraction;
using ImageSearch.Extractor.Models;
using ImageSearch.Extractor.Rpc;
using ImageSearch.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor;

internal static class ExtractorExtensions
{
    /// <summary>Adds the model, the scheduler that runs it, the worker that feeds it, and readiness: the model is loaded.</summary>
    public static void AddExtractor(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<ModelOptions>, ModelOptionsValidator>();
        services.AddOptions<ModelOptions>().BindConfiguration(ModelOptions.Section).ValidateOnStart();
        services.AddOptions<ExtractorOptions>().BindConfiguration(ExtractorOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        services.AddSingleton<ExtractorTelemetry>();
        services.AddHttpClient(ModelFiles.Client, client => client.Timeout = Timeout.InfiniteTimeSpan).WithoutServiceDefaults();
        services.AddSingleton(ProcessorFeatures.Current);
        services.AddSingleton<ModelFiles>();
        services.AddSingleton<LoadedModel>();
        services.AddSingleton<Preparation>();
        services.AddHostedService<ModelLoader>();
        services.AddHealthChecks().AddCheck<ModelHealthCheck>("model");

        // Stopped in the reverse order: the worker gives its work back while the scheduler still runs.
        services.AddSingleton<EmbeddingScheduler>();
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddingScheduler>());
        services.AddSingleton<QueryGate>();
        services.AddSingleton<QueryEmbedding>();
        services.AddSingleton<PictureExtraction>();
        services.AddSingleton<OutcomeWriter>();
        services.AddHostedService<QueueDepthMonitor>();
        services.AddHostedService<ExtractionWorker>();
        services.AddSingleton<RpcResponder>();
        services.AddHostedService<RpcListener>();
    }
}
