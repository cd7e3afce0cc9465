using ImageSearch.Core.Embedded;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core;

/// <summary>Registers the backend that the configuration names.</summary>
public static class BackendExtensions
{
    private const string Embedded = "embedded";
    private const string Servers = "servers";

    /// <summary>
    /// Adds IImageStore, IImportStore, IWorkQueue, IBlobStore and their options for the configured <c>Backend</c>: <c>embedded</c>
    /// (default) or <c>servers</c>, and readiness checks for them.
    /// </summary>
    /// <param name="parts">What the service uses; of the servers backend only that is registered.</param>
    /// <param name="whenAway">
    /// What the service is while a server of the backend is away: Degraded where it goes on answering from memory.
    /// </param>
    /// <exception cref="InvalidOperationException">The configuration names a backend that there is not, or lacks what it needs.</exception>
    public static IHostApplicationBuilder AddImageSearchBackend(
        this IHostApplicationBuilder builder, BackendParts parts = BackendParts.All, HealthStatus whenAway = HealthStatus.Unhealthy)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<WorkQueueOptions>, WorkQueueOptionsValidator>();
        services.AddOptions<WorkQueueOptions>().BindConfiguration(WorkQueueOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ImageLimits>().BindConfiguration(ImageLimits.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddExceptionHandler<BackendUnavailableHandler>();
        // What is away is said in one line: a stack trace for each request that meets it would bury it.
        services.PostConfigure<ExceptionHandlerOptions>(exceptions =>
        {
            var others = exceptions.SuppressDiagnosticsCallback;
            exceptions.SuppressDiagnosticsCallback = context =>
                context.Exception is BackendUnavailableException { MayPass: true } || others?.Invoke(context) == true;
        });

        switch (builder.Configuration["Backend"] ?? Embedded)
        {
            case Embedded:
                EmbeddedBackend.Add(services);
                break;
            case Servers:
                ServersBackend.Add(builder, parts, whenAway);
                break;
            case var unknown:
                throw new InvalidOperationException($"The backend '{unknown}' is not known: set Backend to '{Embedded}' or '{Servers}'.");
        }

        return builder;
    }
}
