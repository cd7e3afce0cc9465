using ImageSearch.Core;
using ImageSearch.Index.Api;
using ImageSearch.Index.Following;
using ImageSearch.Index.Quality;
using ImageSearch.Index.Search;
using ImageSearch.Index.Snapshots;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index;

internal static class IndexExtensions
{
    /// <summary>Adds the index, the follower that keeps it up to date, and readiness: caught up once.</summary>
    public static void AddVectorIndex(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<IndexOptions>, IndexOptionsValidator>();
        var section = builder.Configuration.GetSection(IndexOptions.Section);
        builder.Services.AddOptions<IndexOptions>().Configure(_ => IndexOptionsValidator.RequireKnownNames(section)).Bind(section)
            .PostConfigure(options => options.Directory ??= DirectoryBelow(builder.Configuration[$"{DataOptions.Section}:Directory"]))
            .ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IndexFactory>();
        builder.Services.AddSingleton(services =>
        {
            var factory = services.GetRequiredService<IndexFactory>();
            return new IndexState(factory.Create(factory.ConfiguredKind), services.GetRequiredService<TimeProvider>());
        });
        builder.Services.AddDurability();
        builder.AddRecall();
        builder.Services.AddSingleton<ScoreDistribution>();
        builder.Services.AddHostedService<ScoreService>();
        builder.Services.AddSingleton<IndexStatistics>();
        builder.Services.AddSingleton<ObjectPool<SearchBuffers>>(new DefaultObjectPool<SearchBuffers>(new SearchBuffersPolicy()));
        builder.Services.AddSingleton<SearchEndpoint>();
        builder.Services.AddSingleton<IndexTelemetry>();
        // Stopped in the opposite order: the last snapshot is taken of an index that does not change any more.
        builder.Services.AddHostedService<SnapshotService>();
        builder.Services.AddHostedService<IndexMaintenance>();
        builder.Services.AddHostedService<ChangeFeedReader>();
        builder.Services.AddHealthChecks().AddCheck<CaughtUpHealthCheck>("caught-up");
    }

    private static void AddDurability(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var limit = provider.GetRequiredService<IOptions<IndexOptions>>().Value.MemoryLimitMiB;
            var state = provider.GetRequiredService<IndexState>();
            return new IndexWriter(
                state, (SegmentedIndex)state.Index, provider.GetRequiredService<IndexFactory>().ConfiguredKind,
                limit == 0 ? long.MaxValue : (long)limit << 20);
        });
        services.AddSingleton<SnapshotKeeper>();
        services.AddSingleton<SnapshotVerifier>();
        services.AddSingleton<IndexRebuild>();
    }

    private static string? DirectoryBelow(string? data) => string.IsNullOrEmpty(data) ? null : Path.Combine(data, "index");
}
