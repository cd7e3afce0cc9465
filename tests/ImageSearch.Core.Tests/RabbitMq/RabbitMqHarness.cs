using ImageSearch.Core.Mongo;
using ImageSearch.Core.Queue;
using ImageSearch.Core.RabbitMq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>Queues as processes would open them, on names and in a database of their own.</summary>
internal sealed class RabbitMqHarness(
    string broker, string database, TimeProvider clock, WorkQueueOptions queueOptions, Action<RabbitMqOptions>? configure = null, ILoggerFactory? logs = null) : IAsyncDisposable
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}.";
    private readonly List<ServiceProvider> _processes = [];

    public RabbitMqOptions Options => NewOptions();

    public string FanOut => $"{_prefix}images";

    public string QueueOf(string model) => $"{_prefix}extract.{model}";

    public string DeadQueueOf(string model) => $"{_prefix}extract.{model}.dead";

    public IServiceProvider Open(Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging();
        if (logs is not null)
        {
            services.AddSingleton(logs);
        }

        services.AddSingleton(clock);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(queueOptions));
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(NewOptions()));
        services.AddSingleton(provider => new RabbitMqConnection(broker, "test", provider.GetRequiredService<IOptions<RabbitMqOptions>>(), provider.GetRequiredService<ILogger<RabbitMqConnection>>()));
        services.AddSingleton(_ => new MongoConnection(database));
        services.AddSingleton<IWorkLedger>(provider => new MongoWorkLedger(provider.GetRequiredService<MongoConnection>(), clock));
        RabbitMqQueue.Add(services, _ => clock);
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
