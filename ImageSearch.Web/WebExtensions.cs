using ImageSearch.Core.Models;
using ImageSearch.Web.Images;
using ImageSearch.Web.Imports;
using ImageSearch.Web.Models;
using ImageSearch.Web.OpenApi;
using ImageSearch.Web.Peers;
using ImageSearch.Web.Problems;
using ImageSearch.Web.Search;
using ImageSearch.Web.Thumbnails;

namespace ImageSearch.Web;

/// <summary>What this service consists of.</summary>
internal static class WebExtensions
{
    public static IHostApplicationBuilder AddWeb(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddProblemDetails();
        services.AddModelRoutes(builder.Configuration);
        AddOptions<SearchOptions>(SearchOptions.Section);
        AddOptions<IngestOptions>(IngestOptions.Section);
        AddOptions<ThumbnailOptions>(ThumbnailOptions.Section);

        services.AddSingleton(Random.Shared);
        services.AddSingleton<SearchTelemetry>();
        services.AddSingleton<ThumbnailCache>();
        services.AddSingleton<ModelChooser>();
        services.AddSingleton<SearchRequestReader>();
        services.AddTransient<QueryEmbedder>();
        services.AddTransient<ShardSearcher>();
        services.AddTransient<SearchService>();
        services.AddTransient<ModelStatistics>();
        services.AddTransient<ImageRemover>();
        services.AddTransient<FailureRetrier>();

        // Deadlines are the callers', per call.
        services.AddHttpClient<IngestClient>(client => client.Timeout = Timeout.InfiniteTimeSpan);
        services.AddHttpClient<ExtractorClient>(client => client.Timeout = Timeout.InfiniteTimeSpan);
        services.AddHttpClient<IndexClient>(client => client.Timeout = Timeout.InfiniteTimeSpan);

        services.AddApiDescription();
        services.AddRazorComponents();
        return builder;

        void AddOptions<T>(string section)
            where T : class =>
            services.AddOptions<T>().Bind(builder.Configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
    }

    public static WebApplication MapWebApi(this WebApplication app)
    {
        app.MapOpenApi();
        var api = app.MapGroup(ApiAddress.Prefix).AddEndpointFilter<ProblemFilter>().DisableAntiforgery();
        api.MapImagesApi();
        api.MapContentApi();
        api.MapRetryApi();
        api.MapImportsApi();
        api.MapSearchApi();
        api.MapModelsApi();
        api.MapFallback(IResult () => throw Problem.UnknownAddress());
        return app;
    }
}
