using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Store;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Tests.Support;

/// <summary>The web service with a test's configuration.</summary>
internal sealed class WebServer(WebSystem system, IReadOnlyDictionary<string, string?> settings) : WebApplicationFactory<Program>
{
    // The service says a wrong setting on the console and ends; a test wants the failure itself.
    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = builder.Build();
        host.Services.GetRequiredService<IStartupValidator>().Validate();
        host.Start();
        return host;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // As it is run: in development the framework adds fallback endpoints for files.
        builder.UseEnvironment(Environments.Production);
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(system.Log));
        if (settings.TryGetValue("ConnectionStrings:rabbitmq", out var broker))
        {
            // A broker beside the embedded backend: these tests are about the way to the extractors.
            builder.ConfigureTestServices(services => services.AddSingleton(_ => new RabbitMqConnection(
                broker!, "web", Options.Create(new RabbitMqOptions { Heartbeat = TimeSpan.FromSeconds(60), MaximumBackOff = TimeSpan.FromSeconds(1) }))));
        }

        builder.ConfigureTestServices(services =>
        {
            var store = services.Single(service => service.ServiceType == typeof(IImageStore)).ImplementationType!;
            services.AddSingleton(provider => StoreSwitch.Around((IImageStore)ActivatorUtilities.CreateInstance(provider, store), system));
        });
    }
}
