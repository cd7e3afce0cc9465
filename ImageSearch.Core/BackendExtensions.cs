using Microsoft.Extensions.Hosting;

namespace ImageSearch.Core;

/// <summary>Registers the backend that the configuration names.</summary>
public static class BackendExtensions
{
    /// <summary>
    /// Adds IImageStore, IWorkQueue, IBlobStore, IImportStore and their options for the configured <c>Backend</c> (<c>embedded</c>),
    /// and a readiness check for them.
    /// </summary>
    public static IHostApplicationBuilder AddImageSearchBackend(this IHostApplicationBuilder builder)
    {
        throw new NotImplementedException();
    }
}
