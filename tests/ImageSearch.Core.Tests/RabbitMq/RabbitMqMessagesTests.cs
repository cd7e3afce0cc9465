using System.Text;
using ImageSearch.Core.Models;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.Queue;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Tests.Mongo;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

namespace ImageSearch.Core.Tests.RabbitMq;

/// <summary>What lies in which queue, as an operator sees it.</summary>
public sealed class RabbitMqMessagesTests(RabbitMqServerFixture broker, MongoFixture database) : IAsyncLifetime
{
    private const string Model = "layout";
    private const string Other = "other";

    private RabbitMqHarness _harness = null!;
    private int _deliveryLimit = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        RabbitMqServer server = await broker.GetAsync();
        _harness = new RabbitMqHarness(
            server.ConnectionString, MongoFixture.NewDatabase(await database.StandaloneAsync()), TimeProvider.System, new WorkQueueOptions { Lease = TimeSpan.FromSeconds(30), RetryDelay = TimeSpan.FromMilliseconds(10) },
            options => (options.DeliveryLimit, options.IdleTakeover) = (_deliveryLimit, TimeSpan.FromMilliseconds(300)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Fact]
    public async Task Publish_ToAllModels_EachQueueHasThePersistentMessageWithItsTrace()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await _harness.OpenQueue().PublishAsync([Model, Other], [new WorkItem(Samples.Id(1), Trace)], Token);

        foreach (var queue in new[] { _harness.QueueOf(Model), _harness.QueueOf(Other) })
        {
            var message = Assert.Single(await TakeAllAsync(queue));
            Assert.Equal(Samples.Id(1).ToString(), Encoding.UTF8.GetString(message.Body.Span));
            Assert.Equal(Samples.Id(1).ToString(), message.BasicProperties.MessageId);
            Assert.True(message.BasicProperties.Persistent);
            Assert.Equal(Trace, Text(message, "traceparent"));
            Assert.Equal(_harness.FanOut, message.Exchange);
        }
    }

    [Fact]
    public async Task Publish_NewForOneModelOnly_GoesToItsQueueAlone()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);

        await queue.PublishAsync([Model, Other], [new WorkItem(Samples.Id(1))], Token);

        Assert.Single(await TakeAllAsync(_harness.QueueOf(Model)));
        Assert.Single(await TakeAllAsync(_harness.QueueOf(Other)));
    }

    [Fact]
    public async Task DeadLetter_Delivery_LiesInTheDeadQueueWithItsReasonUntilPublishedAnew()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1)), new WorkItem(Samples.Id(2))], Token);
        foreach (var delivery in await queue.ReceiveAsync(Model, 2, TimeSpan.Zero, Token))
        {
            await queue.DeadLetterAsync(delivery, "It does not decode.", Token);
        }

        Assert.Equal(0u, await _harness.CountMessagesAsync(_harness.QueueOf(Model)));
        Assert.Equal(2u, await _harness.CountMessagesAsync(_harness.DeadQueueOf(Model)));

        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);

        await HasAsync(1, _harness.DeadQueueOf(Model));
        await Eventually.Succeeds(
            async () =>
            {
                var message = Assert.Single(await PeekAllAsync(_harness.DeadQueueOf(Model)));
                Assert.Equal(Samples.Id(2).ToString(), message.BasicProperties.MessageId);
                Assert.Equal("It does not decode.", Text(message, "reason"));
                Assert.Equal(Model, Text(message, "model"));
                Assert.Equal(1, message.BasicProperties.Headers!["attempts"]);
            },
            cancellationToken: Token);
    }

    [Fact]
    public async Task Discard_DeadPicture_LeavesTheDeadQueue()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);
        await queue.DeadLetterAsync(Assert.Single(await queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token)), "broken", Token);
        Assert.Equal(1u, await _harness.CountMessagesAsync(_harness.DeadQueueOf(Model)));

        await queue.DiscardAsync(Samples.Id(1), Token);

        await HasAsync(0, _harness.DeadQueueOf(Model));
    }

    [Fact]
    public async Task Message_DeliveredTooOften_IsDeadLetteredByTheBrokerAndTheWorkComesFromTheLedger()
    {
        _deliveryLimit = 2;
        await _harness.OpenQueue().PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);

        // somebody takes it and gives it back, again and again
        await Eventually.Succeeds(
            async () =>
            {
                await PeekAllAsync(_harness.QueueOf(Model));
                Assert.Single(await PeekAllAsync(_harness.DeadQueueOf(Model)));
            },
            cancellationToken: Token);

        var delivery = Assert.Single(await _harness.OpenQueue().ReceiveAsync(Model, 1, TimeSpan.FromSeconds(20), Token));
        Assert.Equal((Samples.Id(1), 1), (delivery.Item.Id, delivery.Attempt));
    }

    [Fact]
    public async Task Message_Foreign_IsDeadLetteredAndDelaysNobody()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);
        await _harness.OnChannelAsync(async channel =>
        {
            await channel.BasicPublishAsync("", _harness.QueueOf(Model), "no image id"u8.ToArray(), Token);
            return true;
        });
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(2))], Token);

        Assert.Equal(2, (await queue.ReceiveAsync(Model, 10, TimeSpan.Zero, Token)).Count);

        await Eventually.Succeeds(async () => Assert.Single(await PeekAllAsync(_harness.DeadQueueOf(Model))), cancellationToken: Token);
    }

    [Fact]
    public async Task Message_WithoutWork_IsDropped()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);
        await queue.DiscardAsync(Samples.Id(1), Token);

        Assert.Empty(await queue.ReceiveAsync(Model, 10, TimeSpan.FromSeconds(1), Token));

        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(2))], Token);
        await queue.CompleteAsync(await queue.ReceiveAsync(Model, 10, TimeSpan.FromSeconds(20), Token), Token);
        await HasAsync(0, _harness.QueueOf(Model));
    }

    [Fact]
    public async Task Dispose_MessagesInMemory_GoToTheNextAtOnce()
    {
        var first = _harness.Open();
        var queue = first.GetRequiredService<IWorkQueue>();
        await queue.PublishAsync([Model], [.. Enumerable.Range(0, 10).Select(number => new WorkItem(Samples.Id(number)))], Token);
        var inWork = Assert.Single(await queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token));

        await queue.ReturnAsync([inWork], Token);
        await ((ServiceProvider)first).DisposeAsync();

        var deliveries = await _harness.OpenQueue().ReceiveAsync(Model, 20, TimeSpan.Zero, Token);
        Assert.Equal(10, deliveries.Count);
        Assert.All(deliveries, delivery => Assert.Equal(1, delivery.Attempt));
    }

    [Fact]
    public async Task Receive_CancelledWhileTheLedgerLeases_TheWorkGoesBackUncounted()
    {
        GatedLedger? gate = null;
        var process = _harness.Open(services => services.AddSingleton<IWorkLedger>(
            provider => gate = new GatedLedger(new MongoWorkLedger(provider.GetRequiredService<MongoConnection>(), TimeProvider.System))));
        var queue = process.GetRequiredService<IWorkQueue>();
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var receiving = queue.ReceiveAsync(Model, 1, TimeSpan.FromMinutes(1), cancellation.Token);
        await gate!.Leased.WaitAsync(TimeSpan.FromSeconds(20), Token);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        gate.Open();

        var delivery = Assert.Single(await _harness.OpenQueue().ReceiveAsync(Model, 1, TimeSpan.FromSeconds(20), Token));
        Assert.Equal(1, delivery.Attempt);
    }

    [Fact]
    public async Task Queue_DeletedByAnOperator_IsMadeAgain()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);
        await queue.CompleteAsync(await queue.ReceiveAsync(Model, 1, TimeSpan.Zero, Token), Token);

        await _harness.OnChannelAsync(channel => channel.QueueDeleteAsync(_harness.QueueOf(Model)));
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(2))], Token);

        await queue.CompleteAsync(await queue.ReceiveAsync(Model, 1, TimeSpan.FromSeconds(20), Token), Token);
        Assert.Equal(new QueueCounts(0, 0, 0), await queue.CountAsync(Model, Token));
        await Eventually.Succeeds(async () => await _harness.CountMessagesAsync(_harness.QueueOf(Model)), cancellationToken: Token);
    }

    [Fact]
    public async Task Queue_OfOtherArguments_IsUsedAsItIs()
    {
        await _harness.OnChannelAsync(channel => channel.QueueDeclareAsync(
            _harness.QueueOf(Model), durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }));
        var queue = _harness.OpenQueue();

        await queue.PublishAsync([Model, Other], [new WorkItem(Samples.Id(1))], Token);

        Assert.Equal(1u, await _harness.CountMessagesAsync(_harness.QueueOf(Model)));
        Assert.Single(await queue.ReceiveAsync(Model, 1, TimeSpan.FromSeconds(20), Token));
    }

    [Fact]
    public async Task RemoveModels_Named_QueuesAndWorkAreGone()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model, Other], [new WorkItem(Samples.Id(1))], Token);
        var ingest = _harness.Open(services =>
        {
            services.Configure<ModelRoutes>(routes => routes.Add(new ModelRoute { Name = Model }));
            services.AddSingleton(Options(Other, Model));
            RabbitMqQueue.AddModelRemoval(services);
        });
        var removal = Assert.Single(ingest.GetServices<IHostedService>());

        await removal.StartAsync(Token);

        await ((BackgroundService)removal).ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(new QueueCounts(0, 0, 0), await queue.CountAsync(Other, Token));
        // the one that is declared stays
        Assert.Equal(new QueueCounts(1, 0, 0), await queue.CountAsync(Model, Token));
        Assert.Equal(1u, await _harness.CountMessagesAsync(_harness.QueueOf(Model)));
        foreach (var name in new[] { _harness.QueueOf(Other), _harness.DeadQueueOf(Other) })
        {
            await Assert.ThrowsAnyAsync<RabbitMQ.Client.Exceptions.OperationInterruptedException>(() => _harness.CountMessagesAsync(name));
        }
    }

    private Microsoft.Extensions.Options.IOptions<RabbitMqOptions> Options(params IEnumerable<string> removed)
    {
        var options = _harness.Options;
        foreach (var model in removed)
        {
            options.RemoveModels.Add(model);
        }

        return Microsoft.Extensions.Options.Options.Create(options);
    }

    /// <summary>Waits until the queue has so many messages, those that somebody holds included.</summary>
    private async Task HasAsync(int count, string queue)
    {
        var server = await broker.GetAsync();
        await Eventually.Succeeds(
            async () => Assert.Contains($"{queue}\t{count}", (await server.ControlAsync(["list_queues", "name", "messages", "--no-table-headers"], Token)).Split('\n')),
            TimeSpan.FromSeconds(60), Token);
    }

    private Task<List<BasicGetResult>> TakeAllAsync(string queue) => GetAllAsync(queue, acknowledge: true);

    /// <summary>Looks at the messages and gives them back.</summary>
    private Task<List<BasicGetResult>> PeekAllAsync(string queue) => GetAllAsync(queue, acknowledge: false);

    private Task<List<BasicGetResult>> GetAllAsync(string queue, bool acknowledge) => _harness.OnChannelAsync(async channel =>
    {
        var messages = new List<BasicGetResult>();
        while (await channel.BasicGetAsync(queue, acknowledge, Token) is { } message)
        {
            messages.Add(message);
        }

        foreach (var message in acknowledge ? [] : messages)
        {
            await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, Token);
        }

        return messages;
    });

    private static string Text(BasicGetResult message, string header) => Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers![header]!);
}
