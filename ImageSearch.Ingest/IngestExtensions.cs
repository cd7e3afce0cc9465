using ImageSearch.Core.Models;
using ImageSearch.Ingest.Backfill;
using ImageSearch.Ingest.Fetching;
using ImageSearch.Ingest.ImportJobs;
using ImageSearch.Ingest.Intake;
using ImageSearch.Ingest.Uploads;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest;

internal static class IngestExtensions
{
    /// <summary>Adds what this service consists of, besides the defaults of every service and the backend.</summary>
    public static IHostApplicationBuilder AddIngest(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddModelRoutes(builder.Configuration);
        services.AddSingleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>();
        services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IngestTelemetry>();
        services.AddSingleton<FileBuffers>();
        services.AddSingleton<PictureIntake>();
        services.AddSingleton<UploadHandler>();

        services.AddSingleton<IHostResolver, DnsHostResolver>();
        services.AddSingleton<IDialer, SocketDialer>();
        services.AddSingleton<GuardedConnector>();
        services.AddSingleton<PictureFetcher>();

        services.AddSingleton<FolderRoots>();
        services.AddSingleton<ImportRequestReader>();
        services.AddSingleton<ImportSources>();
        services.AddSingleton<ImportSignal>();
        services.AddSingleton<ImportRunner>();
        services.AddHostedService<ImportWorker>();
        services.AddHostedService<BackfillSweeper>();
        return builder;
    }
}
