namespace ImageSearch.Web.Overload;

internal static class OverloadExtensions
{
    public static IServiceCollection AddOverloadProtection(this IServiceCollection services)
    {
        services.AddOptions<OverloadOptions>().BindConfiguration(OverloadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OverloadTelemetry>();
        services.AddSingleton<OverloadGates>();
        return services;
    }

    public static IApplicationBuilder UseOverloadProtection(this IApplicationBuilder app) => app.UseMiddleware<OverloadMiddleware>();
}
