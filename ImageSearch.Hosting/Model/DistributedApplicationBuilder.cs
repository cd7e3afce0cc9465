using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Dashboard;
using ImageSearch.Hosting.Publishing;
using ImageSearch.Hosting.Running;
using ImageSearch.Hosting.Running.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> SwitchMappings = new()
    {
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Publishing:OutputPath",
    };

    private readonly HostApplicationBuilder _host;
    private readonly AppHostCapture? _capture;

    public DistributedApplicationBuilder(string[] args, Assembly? appHostAssembly, AppHostCapture? capture)
    {
        _capture = capture;
        AppHostDirectory = AppHostMetadata.DirectoryOf(appHostAssembly) ?? Directory.GetCurrentDirectory();
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = appHostAssembly?.GetName().Name ?? "AppHost",
            ContentRootPath = AppHostDirectory,
            EnvironmentName = capture is null ? null : Environments.Development,
        });
        _host.Configuration.AddCommandLine(args, SwitchMappings);
        ExecutionContext = new DistributedApplicationExecutionContext(
            _host.Configuration["Publishing:Publisher"] is null ? DistributedApplicationOperation.Run : DistributedApplicationOperation.Publish);
        AddServices();
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (Resources.FirstOrDefault(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } existing)
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' "
                + $"because resource of type '{existing.GetType()}' with that name already exists.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        if (_capture?.TryCapture(this) == true)
        {
            throw new HostAbortedException("The test builds the application; the AppHost's entry point ends here.");
        }

        return new DistributedApplication(_host.Build());
    }

    private void AddServices()
    {
        _host.Logging.ClearProviders();
        if (_capture is null)
        {
            _host.Logging.AddConsole(o => o.FormatterName = PrefixConsoleFormatter.FormatterName)
                .AddConsoleFormatter<PrefixConsoleFormatter, PrefixConsoleFormatterOptions>();
            _host.Logging.AddFilter("Microsoft", LogLevel.Warning);
        }

        var running = new RunningOptions { RandomizePorts = _capture is not null };
        Services.AddSingleton(running);
        Services.AddSingleton(new AppHostMetadata(AppHostDirectory, _host.Environment.ApplicationName));
        Services.AddSingleton(Resources);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<EnvironmentResolver>();
        Services.AddSingleton<PortAllocator>();
        Services.AddSingleton<Volumes>();
        Services.AddSingleton<LocalServers>();
        Services.AddSingleton<ReplicaServices>();
        Services.AddSingleton<ApplicationRunner>();
        Services.AddSingleton<ManifestPublisher>();
        Services.AddSingleton(new DashboardOptions
        {
            Enabled = _capture is null && Configuration.GetValue("Dashboard:Enabled", true),
            Port = Configuration.GetValue<int?>("Dashboard:Port"),
        });
        Services.AddSingleton<DashboardHost>();
        Services.AddHostedService(s => s.GetRequiredService<ApplicationRunner>());
    }
}
