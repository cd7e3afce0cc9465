using ImageSearch.Core.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.FileSystem;

/// <summary>Blobs in the data directory.</summary>
internal static class FileBlobBackend
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<DataOptions>, DataOptionsValidator>();
        services.AddOptions<DataOptions>().BindConfiguration(DataOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SpaceReserve>();
        services.AddSingleton<StorageMonitor>();
        services.AddHealthChecks().AddCheck<StorageMonitor>("storage");
        services.AddSingleton<FileBlobStore>();
        services.AddSingleton<IBlobStore>(provider => provider.GetRequiredService<FileBlobStore>());
        services.AddHostedService<FileBlobSweeper>();
        services.AddHostedService<StorageTelemetry>();
    }
}
