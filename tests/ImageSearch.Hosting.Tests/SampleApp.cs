using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using ImageSearch.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Hosting.Tests;

/// <summary>A running application of sample services, with the questions that tests ask it.</summary>
internal sealed class SampleApp(DistributedApplication app) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    public DistributedApplication App { get; } = app;

    public ApplicationRunner Runner => App.Services.GetRequiredService<ApplicationRunner>();

    public static async Task<IDistributedApplicationTestingBuilder> BuilderAsync(params string[] args) =>
        await DistributedApplicationTestingBuilder.CreateAsync<Projects.ImageSearch_Hosting_SampleAppHost>(["--empty=true", .. args]);

    /// <summary>Starts what is declared; unless told otherwise restarts and kills come fast.</summary>
    public static async Task<SampleApp> StartAsync(Action<IDistributedApplicationBuilder> declare, Action<RunningOptions>? configure = null, bool wait = true)
    {
        var builder = await BuilderAsync();
        var options = (RunningOptions)builder.Services.Single(d => d.ServiceType == typeof(RunningOptions)).ImplementationInstance!;
        options.BackOffFirst = TimeSpan.FromMilliseconds(50);
        configure?.Invoke(options);
        declare(builder);
        var app = new SampleApp(await builder.BuildAsync());
        using var deadline = new CancellationTokenSource(Deadline);
        await (wait ? app.App.StartAsync(deadline.Token) : app.Runner.StartAsync(deadline.Token));
        return app;
    }

    public async Task<ResourceEvent> WaitForAsync(string resource, Func<CustomResourceSnapshot, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        return await App.ResourceNotifications.WaitForResourceAsync(resource, e => condition(e.Snapshot), deadline.Token);
    }

    public Task<ResourceEvent> WaitForStateAsync(string resource, string state) => WaitForAsync(resource, s => s.State?.Text == state);

    public async Task<ResourceEvent> WaitUntilHealthyAsync(string resource)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        return await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, deadline.Token);
    }

    public Replica Replica(string resource) => Runner.Replicas.First(r => r.Resource.Name == resource);

    public static async Task WaitForLineAsync(Replica replica, string text)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var lines in replica.Logs.ReadAsync(follow: true, deadline.Token))
        {
            if (lines.Any(l => l.Text.Contains(text, StringComparison.Ordinal)))
            {
                return;
            }
        }
    }

    public async Task<string> ParameterAsync(string name) => (await App.Services.GetRequiredService<IResourceCollection>()
        .OfType<ParameterResource>().Single(p => p.Name == name).GetValueAsync(default))!;

    public async Task<string> ConnectionStringAsync(string name) => (await App.Services.GetRequiredService<IResourceCollection>()
        .OfType<IResourceWithConnectionString>().Single(p => p.Name == name).GetConnectionStringAsync())!;

    public static int ProcessId(ResourceEvent resource) => ProcessId(resource.Snapshot);

    public static int ProcessId(CustomResourceSnapshot snapshot) =>
        (int)snapshot.Properties.Single(p => p.Name == ResourceProperties.ProcessId).Value!;

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
