using Aspire.Hosting;
using ImageSearch.Testing;

namespace ImageSearch.Hosting.Tests.Running.Servers;

/// <summary>RabbitMQ and MongoDB as this host runs them, and a service that refers to both. Tests leave them running.</summary>
public sealed class RunningServers : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private SampleApp? _app;

    internal SampleApp App => _app!;

    public async ValueTask InitializeAsync()
    {
        if (ServerPrograms.Missing is null)
        {
            _app = await StartAsync(_directory.Path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _directory.Dispose();
    }

    /// <summary>Starts the servers with what is kept in the directory, and waits until both can be used.</summary>
    internal static async Task<SampleApp> StartAsync(string directory)
    {
        var app = await SampleApp.StartAsync(
            builder =>
            {
                builder.Configuration["Volumes:Directory"] = directory;
                var rabbit = builder.AddRabbitMQ("rabbitmq").WithDataVolume("rabbitmq-data");
                var mongo = builder.AddMongoDB("mongo").WithDataVolume("mongo-data").AddDatabase("mongodb", "imagesearch");
                builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("service", launchProfileName: null)
                    .WithHttpEndpoint().WithHttpHealthCheck("/health").WithReference(rabbit).WithReference(mongo).WaitFor(rabbit).WaitFor(mongo);
            },
            // Tests ask for an orderly end, which a busy machine takes its time for.
            options => options.StopTimeout = TimeSpan.FromMinutes(1));
        await app.WaitUntilHealthyAsync("rabbitmq");
        await app.WaitUntilHealthyAsync("mongo");
        return app;
    }
}
