using System.Diagnostics;
using ImageSearch.Core.Models;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Queue;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Store;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using MongoServer = ImageSearch.Testing.Servers.MongoServer;

namespace ImageSearch.Benchmarks;

/// <summary>Items per second through the work queue, beside what the broker alone does in the same run.</summary>
internal static class QueueBenchmark
{
    private const int Items = 10_000;
    private const int Singles = 500;
    private const int Batch = 100;
    private const int WorkerBatch = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task RunAsync()
    {
        if ((RabbitMqServer.Missing ?? MongoServer.Missing) is { } missing)
        {
            Console.WriteLine($"\nqueue: not measured. {missing}");
            return;
        }

        Console.WriteLine($"\nqueue: {Items:N0} items, persistent messages, quorum queues, publisher confirms");
        await using var broker = await RabbitMqServer.StartAsync(default);
        await using var database = await MongoServer.StartAsync(default);
        await BrokerAloneAsync(broker.ConnectionString);
        await QueueAsync(broker.ConnectionString, database.ConnectionString);
    }

    private static async Task BrokerAloneAsync(string connectionString)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(connectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, outstandingPublisherConfirmationsRateLimiter: null));
        await channel.QueueDeclareAsync("yardstick", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        var properties = new BasicProperties { Persistent = true };
        var body = new byte[ImageId.Size * 2];
        ValueTask PublishAsync() => channel.BasicPublishAsync("", "yardstick", mandatory: true, properties, body);

        await MeasureAsync("broker alone, publish one, confirmed", Singles, async () =>
        {
            for (var i = 0; i < Singles; i++)
            {
                await PublishAsync();
            }
        });
        await MeasureAsync($"broker alone, publish {Batch}, confirmed", Items, async () =>
        {
            for (var i = 0; i < Items; i += Batch)
            {
                await Task.WhenAll(Enumerable.Range(0, Batch).Select(_ => PublishAsync().AsTask()));
            }
        });

        var all = new TaskCompletionSource();
        var left = Items + Singles;
        await channel.BasicQosAsync(0, 64, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
            if (--left == 0)
            {
                all.SetResult();
            }
        };
        await MeasureAsync("broker alone, consume and acknowledge", Items + Singles, async () =>
        {
            await channel.BasicConsumeAsync("yardstick", autoAck: false, consumer);
            await all.Task;
        });
    }

    private static async Task QueueAsync(string broker, string database)
    {
        await using var publisher = Open(broker, database);
        var queue = publisher.GetRequiredService<IWorkQueue>();
        await queue.PublishAsync(["warm"], [Item(-1)], default);
        await MeasureAsync("publish one", Singles, async () =>
        {
            for (var i = 0; i < Singles; i++)
            {
                await queue.PublishAsync(["one"], [Item(i)], default);
            }
        });
        await MeasureAsync($"publish {Batch}", Items, () => PublishAsync(queue, ["one"], Singles));
        await MeasureAsync($"publish {Batch} for two models", 2 * Items, () => PublishAsync(queue, ["two", "three"], 0));
        await MeasureAsync($"receive {WorkerBatch} and complete, 1 worker", Items + Singles, () => WorkAsync(broker, database, "one", Items + Singles, 1));
        await MeasureAsync($"receive {WorkerBatch} and complete, 2 workers", Items, () => WorkAsync(broker, database, "two", Items, 2));
    }

    private static async Task PublishAsync(IWorkQueue queue, string[] models, int first)
    {
        for (var i = 0; i < Items; i += Batch)
        {
            await queue.PublishAsync(models, [.. Enumerable.Range(first + i, Batch).Select(Item)], default);
        }
    }

    private static async Task WorkAsync(string broker, string database, string model, int items, int workers)
    {
        var left = items;
        using var done = new CancellationTokenSource(Patience);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            await using var process = Open(broker, database);
            var queue = process.GetRequiredService<IWorkQueue>();
            while (!done.IsCancellationRequested)
            {
                try
                {
                    var deliveries = await queue.ReceiveAsync(model, WorkerBatch, Patience, done.Token);
                    await queue.CompleteAsync(deliveries, default);
                    if (Interlocked.Add(ref left, -deliveries.Count) <= 0)
                    {
                        await done.CancelAsync();
                    }
                }
                catch (OperationCanceledException)
                {
                    // All done by another.
                }
            }
        })));
        if (left > 0)
        {
            throw new InvalidOperationException($"{left} items did not come.");
        }
    }

    private static ServiceProvider Open(string broker, string database)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging();
        services.AddOptions<RabbitMqOptions>();
        services.AddOptions<WorkQueueOptions>();
        services.AddSingleton(provider => new RabbitMqConnection(broker, "benchmark", provider.GetRequiredService<IOptions<RabbitMqOptions>>()));
        services.AddSingleton(_ => new MongoConnection(database));
        services.AddOptions<MongoOptions>();
        services.AddOptions<ModelRoutes>();
        services.AddSingleton<MongoSchema>();
        services.AddSingleton<IImageStore, MongoImageStore>();
        RabbitMqQueue.Add(services);
        return services.BuildServiceProvider();
    }

    private static WorkItem Item(int number) => new(SyntheticVectors.Id(number));

    private static async Task MeasureAsync(string what, int items, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        Console.WriteLine($"  {what,-45} {items / Stopwatch.GetElapsedTime(started).TotalSeconds,8:N0} items/s");
    }
}
