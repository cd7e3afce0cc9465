using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Publishing;
using ImageSearch.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;

    internal DistributedApplication(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    private bool IsPublishMode => Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode;

    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        var capture = AppHostCapture.Current;
        return new DistributedApplicationBuilder(args, capture?.AppHostAssembly ?? Assembly.GetEntryAssembly(), capture);
    }

    public void Run() => RunAsync().GetAwaiter().GetResult();

    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            if (IsPublishMode)
            {
                await Services.GetRequiredService<ManifestPublisher>().PublishAsync(cancellationToken).ConfigureAwait(false);
                return;
            }

            await _host.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DistributedApplicationException e)
        {
            // What the operator can act on is the message; the stack would bury it.
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            Environment.ExitCode = 1;
        }
    }

    /// <summary>Starts every resource and returns when each has been started once, that is when its WaitFor is satisfied.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _host.StartAsync(cancellationToken).ConfigureAwait(false);
        await Services.GetRequiredService<ApplicationRunner>().WhenAllStartedAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
