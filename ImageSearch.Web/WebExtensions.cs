using System.Text.Json.Serialization;
using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Components;
using ImageSearch.Web.Components.Manage;
using ImageSearch.Web.Events;
using ImageSearch.Web.Images;
using ImageSearch.Web.Imports;
using ImageSearch.Web.Models;
using ImageSearch.Web.OpenApi;
using ImageSearch.Web.Overload;
using ImageSearch.Web.Peers;
using ImageSearch.Web.Peers.Rpc;
using ImageSearch.Web.Previews;
using ImageSearch.Web.Relevance;
using ImageSearch.Web.Search;
using ImageSearch.Web.Security;
using ImageSearch.Web.Security.Keys;
using ImageSearch.Web.SystemStatus;
using ImageSearch.Web.Thumbnails;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Configuration.Memory;

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
        services.AddSingleton<PreviewMaker>();
        services.AddSingleton<ModelChooser>();
        services.AddSingleton<ModelFallback>();
        services.AddSingleton<PictureDescriptions>();
        services.AddSingleton<SearchRequestReader>();
        services.AddTransient<QueryPictureReader>();
        services.AddTransient<QueryEmbedder>();
        services.AddTransient<ShardSearcher>();
        services.AddSingleton<Calibrations>();
        services.AddTransient<ResultPager>();
        services.AddTransient<ModelSearcher>();
        services.AddTransient<SearchService>();
        services.AddTransient<BatchService>();
        services.AddTransient<ModelStatistics>();
        services.AddTransient<ImageRemover>();
        services.AddTransient<FailureRetrier>();
        services.AddTransient<FailureDiscarder>();
        builder.AddEvents();

        services.AddOverloadProtection();
        services.AddSingleton<RoutingTelemetry>();
        services.AddHttpClient<IngestClient>();
        services.AddHttpClient<HttpEmbedTransport>();
        services.AddSingleton<RpcChannelKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<RpcChannelKeeper>());
        services.AddSingleton<RpcEmbedTransport>();
        services.AddSingleton<HttpFallback>();
        services.AddTransient<ExtractorClient>();
        services.AddHttpClient<IndexClient>();
        builder.AddSystemStatus();

        // Numbers in text are no numbers: the description says so, and so do we.
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Default);
        });
        services.AddApiDescription();
        services.AddRazorComponents();
        services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, PageProblemWriter>());
        // Whatever is protected is AddSecurity's; this keeps the framework from making keys of its own and files for them.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        ServeAssetsAsBuilt(builder.Configuration);
        return builder;

        void AddOptions<T>(string section)
            where T : class =>
            services.AddOptions<T>().Bind(builder.Configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
    }

    /// <summary>
    /// Run from its build output, the framework would read assets anew at every request, with an endpoint that takes GET at every address
    /// there is: GET of what only takes POST would then be 404 and not 405. Whoever edits assets of a running service configures it back.
    /// </summary>
    private static void ServeAssetsAsBuilt(IConfigurationBuilder configuration) => configuration.Sources.Insert(
        0, new MemoryConfigurationSource { InitialData = new Dictionary<string, string?> { ["ReloadStaticAssetsAtRuntime"] = "false" } });

    public static WebApplication MapWebApi(this WebApplication app)
    {
        app.MapOpenApi();
        var api = app.MapGroup(ApiAddress.Prefix).AddEndpointFilter<ProblemFilter>().WithRequestChecks().DisableAntiforgery()
            .WithAccessAnswers();
        api.MapImagesApi();
        api.MapContentApi();
        api.MapRetryApi();
        api.MapBulkApi();
        api.MapFailuresApi();
        api.MapImportsApi();
        api.MapEventsApi();
        api.MapSearchApi();
        api.MapModelsApi();
        api.MapSystemApi();
        api.MapPreviewApi();
        api.MapKeysApi();
        return app;
    }

    /// <summary>What pages are made of beside the pages themselves.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapRazorComponents<App>();
        ImportsSection.Map(app);
    }

    /// <summary>
    /// A person's browser is shown a page where there is none or where one fails; programs are told in problem details by the defaults.
    /// </summary>
    public static IApplicationBuilder UseErrorPages(this IApplicationBuilder app) => app.UseWhen(
        context =>
            context.Request.IsGetOrHead()
                && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase),
        branch =>
        {
            branch.UseExceptionHandler("/error", createScopeForErrors: true);
            branch.Use(ShowNotFoundAsync);
        });

    private static async Task ShowNotFoundAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false, ContentType: null })
        {
            // The router finds no page either, and shows the one that says so.
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.AnswerWith(StatusCodes.Status404NotFound);
            await new RazorComponentResult<App>().ExecuteAsync(context);
        }
    }
}
