using ImageSearch.Core.Blobs;
using ImageSearch.Core.FileSystem;
using ImageSearch.Core.Imports;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Embedded;

/// <summary>The backend that needs nothing installed: one SQLite file and a folder of blobs.</summary>
internal static class EmbeddedBackend
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<DataOptions>, DataOptionsValidator>();
        services.AddOptions<DataOptions>().BindConfiguration(DataOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<IImageStore, SqliteImageStore>();
        services.AddSingleton<IWorkQueue, SqliteWorkQueue>();
        services.AddSingleton<IImportStore, SqliteImportStore>();
        services.AddSingleton<FileBlobStore>();
        services.AddSingleton<IBlobStore>(provider => provider.GetRequiredService<FileBlobStore>());

        services.AddHostedService<EmbeddedBackendStart>();
        services.AddHostedService<FileBlobSweeper>();
        services.AddHealthChecks().AddCheck<EmbeddedBackendHealthCheck>("backend");
    }
}
