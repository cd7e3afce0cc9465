using ImageSearch.ServiceDefaults;

namespace ImageSearch.Web.SystemStatus;

internal static class SystemExtensions
{
    public static void AddSystemStatus(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SystemOptions>().Bind(builder.Configuration.GetSection(SystemOptions.Section)).ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddHttpClient(PeerStates.Client).WithoutServiceDefaults();
        services.AddSingleton<SearchMeter>();
        services.AddSingleton<StoreCounter>();
        services.AddSingleton<PeerStates>();
        services.AddSingleton<SystemReader>();
        services.AddSingleton<SystemSampler>();
        services.AddHostedService(provider => provider.GetRequiredService<SystemSampler>());
    }
}
