using ImageSearch.Core.Mongo;
using ImageSearch.Core.Models;
using ImageSearch.Core.Queue;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Store;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>Queues as processes would open them, on names and in a database of their own.</summary>
internal sealed class RabbitMqHarness(
    string broker, string database, WorkQueueOptions queueOptions, Action<RabbitMqOptions>? configure = null, ILoggerFactory? logs = null) : IAsyncDisposable
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}.";
    private readonly List<ServiceProvider> _processes = [];

    public RabbitMqOptions Options => NewOptions();

    public string FanOut => $"{_prefix}images";

    public string QueueOf(string model) => $"{_prefix}extract.{model}";

    public string AgainQueueOf(string model) => $"{_prefix}extract.{model}.again";

    public string DeadQueueOf(string model) => $"{_prefix}extract.{model}.dead";

    /// <param name="through">Where the process finds the broker when not where the others do.</param>
    public ServiceProvider Open(Action<IServiceCollection>? more = null, string? through = null)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging();
        if (logs is not null)
        {
            services.AddSingleton(logs);
        }

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(queueOptions));
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(NewOptions()));
        services.AddSingleton(provider => new RabbitMqConnection(through ?? broker, "test", provider.GetRequiredService<IOptions<RabbitMqOptions>>(), provider.GetRequiredService<ILogger<RabbitMqConnection>>()));
        services.AddSingleton(_ => new MongoConnection(database));
        services.AddSingleton<MongoSchema>();
        services.AddSingleton<IImageStore, MongoImageStore>();
        services.Configure<ModelRoutes>(routes => routes.Add(new ModelRoute { Name = Samples.Model.Name, Version = Samples.Model.Version }));
        RabbitMqQueue.Add(services);
        more?.Invoke(services);
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process;
    }

    public IWorkQueue OpenQueue() => Open().GetRequiredService<IWorkQueue>();

    /// <summary>Runs something on a channel of the test's own.</summary>
    public async Task<T> OnChannelAsync<T>(Func<IChannel, Task<T>> work)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await work(channel);
    }

    public Task<uint> CountMessagesAsync(string queue) => OnChannelAsync(channel => channel.MessageCountAsync(queue));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    private RabbitMqOptions NewOptions()
    {
        var options = new RabbitMqOptions { Prefix = _prefix, MaximumBackOff = TimeSpan.FromMilliseconds(500), ConnectTimeout = TimeSpan.FromSeconds(3) };
        configure?.Invoke(options);
        return options;
    }
}
