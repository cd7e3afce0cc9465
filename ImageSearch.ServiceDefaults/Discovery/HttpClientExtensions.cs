using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.ServiceDefaults.Resilience.Hedging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>What the clients of <see cref="IHttpClientFactory"/> are by default, and how one is not.</summary>
public static class HttpClientExtensions
{
    /// <summary>
    /// For clients that fetch what strangers ask for: without service discovery, which would lead <c>http://SERVICE/</c> inside, and without
    /// retries and their timeouts. Call it last.
    /// </summary>
    public static IHttpClientBuilder WithoutServiceDefaults(this IHttpClientBuilder builder) => builder.ConfigureAdditionalHttpMessageHandlers((handlers, _) =>
    {
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            if (handlers[i] is DiscoveryHandler or ResilienceHandler)
            {
                handlers.RemoveAt(i);
            }
        }
    });

    internal static void AddServiceHttpClients(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ServiceEndpoints>();
        services.AddSingleton<IServiceEndpoints>(provider => provider.GetRequiredService<ServiceEndpoints>());
        services.AddOptions<HttpResilienceOptions>().BindConfiguration(HttpResilienceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<HedgingOptions>().BindConfiguration(HedgingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new HedgedCalls(
            provider.GetRequiredService<ServiceEndpoints>(), provider.GetRequiredService<IOptions<HedgingOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddTransient<ResilienceHandler>();
        services.AddTransient<DiscoveryHandler>();
        services.ConfigureHttpClientDefaults(clients => clients
            .ConfigureHttpClient((provider, client) => client.Timeout = provider.GetRequiredService<IOptions<HttpResilienceOptions>>().Value.UploadTimeout)
            .UseSocketsHttpHandler((handler, provider) =>
            {
                handler.ConnectTimeout = provider.GetRequiredService<IOptions<HttpResilienceOptions>>().Value.ConnectTimeout;
                // The factory's own renewal of handlers is for clients that are taken anew each time; this is also for those that are kept.
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
                handler.UseCookies = false;
            })
            .RemoveAllLoggers() // four lines a call; traces and metrics say the same
            .AddHttpMessageHandler<ResilienceHandler>()
            .AddHttpMessageHandler<DiscoveryHandler>());
    }
}
