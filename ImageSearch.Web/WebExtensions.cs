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

        services.AddHttpClient<IngestClient>();
        services.AddHttpClient<ExtractorClient>();
        services.AddHttpClient<IndexClient>();

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
        return app;
    }

    /// <summary>A person's browser is shown a page where there is none or where one fails; programs are told in problem details by the defaults.</summary>
    public static IApplicationBuilder UseErrorPages(this IApplicationBuilder app) => app.UseWhen(
        context => HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase),
        branch =>
        {
            branch.UseExceptionHandler("/error", createScopeForErrors: true);
            branch.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        });
}
