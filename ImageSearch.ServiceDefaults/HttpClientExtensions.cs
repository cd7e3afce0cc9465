using System.Net;
using ImageSearch.ServiceDefaults.Discovery;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.ServiceDefaults.Resilience.Hedging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace ImageSearch.ServiceDefaults;

/// <summary>What the clients of <see cref="IHttpClientFactory"/> are by default, and how one is not.</summary>
public static class HttpClientExtensions
{
    /// <summary>
    /// For clients that fetch what strangers ask for: without service discovery, which would lead <c>http://SERVICE/</c> inside, and
    /// without retries and their timeouts. Call it last.
    /// </summary>
    public static IHttpClientBuilder WithoutServiceDefaults(this IHttpClientBuilder builder) =>
        builder.ConfigureAdditionalHttpMessageHandlers(static (handlers, _) => handlers.Clear());

    internal static void AddServiceHttpClients(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddServiceDiscovery();
        services.TryAddSingleton<ResolveHost>(_ => Dns.GetHostAddressesAsync);
        services.AddSingleton<IServiceEndpointProviderFactory, DnsEndpointProvider>();
        services.AddSingleton<ServiceEndpoints>();
        services.AddSingleton<IServiceEndpoints>(provider => provider.GetRequiredService<ServiceEndpoints>());
        services.AddOptions<HttpResilienceOptions>().BindConfiguration(HttpResilienceOptions.Section).ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<HedgingOptions>().BindConfiguration(HedgingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new HedgedCalls(
            provider.GetRequiredService<ServiceEndpoints>(), provider.GetRequiredService<IOptions<HedgingOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddTransient<TimeoutHandler>();
        services.AddTransient<DiscoveryHandler>();
        services.ConfigureHttpClientDefaults(clients =>
        {
            clients
                .UseSocketsHttpHandler((handler, provider) =>
                {
                    handler.ConnectTimeout = provider.GetRequiredService<IOptions<HttpResilienceOptions>>().Value.ConnectTimeout;
                    handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
                    handler.UseCookies = false;
                })
                // Connections are renewed one by one, above. To renew handlers would close all of a service's connections every two
                // minutes.
                .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
                .RemoveAllLoggers() // four lines a call; traces and metrics say the same
                .AddHttpMessageHandler<TimeoutHandler>()
                .AddStandardResilienceHandler()
                .Configure((pipeline, provider) => ServiceResilience.Configure(
                    pipeline, provider.GetRequiredService<IOptions<HttpResilienceOptions>>()));
            clients
                .ConfigureHttpClient((provider, client) => client.Timeout = provider.GetRequiredService<IOptions<HttpResilienceOptions>>().Value.UploadTimeout)
                .AddHttpMessageHandler<DiscoveryHandler>();
        });
    }
}
