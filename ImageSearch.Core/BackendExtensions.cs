using ImageSearch.Core.Embedded;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Queue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core;

/// <summary>Registers the backend that the configuration names.</summary>
public static class BackendExtensions
{
    private const string Embedded = "embedded";

    /// <summary>
    /// Adds IImageStore, IWorkQueue, IBlobStore, IImportStore and their options for the configured <c>Backend</c> (<c>embedded</c>),
    /// and a readiness check for them.
    /// </summary>
    /// <exception cref="InvalidOperationException">The configuration names a backend that there is not.</exception>
    public static IHostApplicationBuilder AddImageSearchBackend(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<WorkQueueOptions>, WorkQueueOptionsValidator>();
        services.AddOptions<WorkQueueOptions>().BindConfiguration(WorkQueueOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ImageLimits>().BindConfiguration(ImageLimits.Section).ValidateDataAnnotations().ValidateOnStart();

        services.AddExceptionHandler<BackendUnavailableHandler>();

        var backend = builder.Configuration["Backend"] ?? Embedded;
        if (backend != Embedded)
        {
            throw new InvalidOperationException($"The backend '{backend}' is not known: set Backend to '{Embedded}'.");
        }

        EmbeddedBackend.Add(services);
        return builder;
    }
}
