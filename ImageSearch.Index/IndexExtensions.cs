using ImageSearch.Core;
using ImageSearch.Index.Api;
using ImageSearch.Index.Following;
using ImageSearch.Index.Quality;
using ImageSearch.Index.Search;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index;

internal static class IndexExtensions
{
    /// <summary>Adds the index, the follower that keeps it up to date, and readiness: caught up once.</summary>
    public static void AddVectorIndex(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<IndexOptions>, IndexOptionsValidator>();
        builder.Services.AddOptions<IndexOptions>().Bind(builder.Configuration.GetSection(IndexOptions.Section))
            .PostConfigure(options => options.Directory ??= DirectoryBelow(builder.Configuration[$"{DataOptions.Section}:Directory"]))
            .ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IVectorIndex>(services =>
        {
            var options = services.GetRequiredService<IOptions<IndexOptions>>().Value;
            var threads = options.SearchThreads == 0 ? Environment.ProcessorCount : options.SearchThreads;
            return options.Algorithm switch
            {
                IndexAlgorithm.Exact => new ExactIndex(options.Dimension, threads),
                IndexAlgorithm.ExactInt8 => new Int8Index(options.Dimension, threads),
                _ => throw new InvalidOperationException($"No index implements {options.Algorithm}."),
            };
        });
        builder.Services.AddSingleton<IndexState>();
        builder.AddRecall();
        builder.Services.AddSingleton<IndexStatistics>();
        builder.Services.AddSingleton<ObjectPool<SearchBuffers>>(new DefaultObjectPool<SearchBuffers>(new SearchBuffersPolicy()));
        builder.Services.AddSingleton<SearchEndpoint>();
        builder.Services.AddSingleton<IndexTelemetry>();
        builder.Services.AddHostedService<StoreFollower>();
        builder.Services.AddHealthChecks().AddCheck<CaughtUpHealthCheck>("caught-up");
    }

    private static string? DirectoryBelow(string? data) => string.IsNullOrEmpty(data) ? null : Path.Combine(data, "index");
}
