using ImageSearch.Core.FileSystem;
using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Imports;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Security;
using ImageSearch.Core.Store;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Core.Embedded;

/// <summary>The backend that needs nothing installed: one SQLite file and a folder of blobs.</summary>
internal static class EmbeddedBackend
{
    public static void Add(IServiceCollection services)
    {
        FileBlobBackend.Add(services);
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<IImageStore, SqliteImageStore>();
        services.AddSingleton<IWorkQueue, SqliteWorkQueue>();
        services.AddSingleton<IImportStore, SqliteImportStore>();
        services.AddSingleton<IIdempotencyStore, SqliteIdempotencyStore>();
        services.AddSingleton<IApiKeyStore, SqliteApiKeyStore>();
        services.AddHostedService<EmbeddedBackendStart>();
        services.AddHealthChecks().AddCheck<EmbeddedBackendHealthCheck>("backend");
    }
}
