using System.Text;
using ImageSearch.Core.Queue;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.Store;
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
            server.ConnectionString, MongoFixture.NewDatabase(await database.ServerAsync()),
            new WorkQueueOptions { RetryDelay = TimeSpan.FromMilliseconds(10), MaximumRetryDelay = TimeSpan.FromMilliseconds(20) },
            options => options.DeliveryLimit = _deliveryLimit);
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
    public async Task Publish_ForOneModelOnly_GoesToItsQueueAlone()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model, Other], [new WorkItem(Samples.Id(1))], Token);

        await queue.PublishAsync([Other], [new WorkItem(Samples.Id(2))], Token);

        Assert.Single(await TakeAllAsync(_harness.QueueOf(Model)));
        Assert.Equal(2, (await TakeAllAsync(_harness.QueueOf(Other))).Count);
    }

    [Fact]
    public async Task DeadLetter_Delivery_LiesInTheDeadQueueWithItsReasonUntilItIsRetried()
    {
        await FailAsync(1, 2);
        Assert.Equal(0u, await _harness.CountMessagesAsync(_harness.QueueOf(Model)));
        Assert.Equal(2u, await _harness.CountMessagesAsync(_harness.DeadQueueOf(Model)));
        var store = StartPruning();

        await store.ResetFailuresAsync(new FailureFilter { Ids = [Samples.Id(1)] }, 10, Token);

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
    public async Task DeadLetter_PictureDeleted_LeavesTheDeadQueue()
    {
        await FailAsync(1, 2);
        var store = StartPruning();

        await store.DeleteAsync(Samples.Id(1), Token);

        await HasAsync(1, _harness.DeadQueueOf(Model));
        await store.DeleteAsync(Samples.Id(2), Token);
        await HasAsync(0, _harness.DeadQueueOf(Model));
    }

    [Fact]
    public async Task DeadLetter_FailedAgain_IsShownOnceAndForeignMessagesStay()
    {
        await FailAsync(1);
        await _harness.OnChannelAsync(async channel =>
        {
            await channel.BasicPublishAsync("", _harness.DeadQueueOf(Model), "no image id"u8.ToArray(), Token);
            return true;
        });
        await FailAsync(1);
        Assert.Equal(3u, await _harness.CountMessagesAsync(_harness.DeadQueueOf(Model)));

        StartPruning();

        await HasAsync(2, _harness.DeadQueueOf(Model));
        await Eventually.Succeeds(
            async () => Assert.Single(await PeekAllAsync(_harness.DeadQueueOf(Model)), message => message.BasicProperties.MessageId is null), cancellationToken: Token);
    }

    [Fact]
    public async Task Message_WorkersDiedOnItTooOften_IsDeadLetteredByTheBroker()
    {
        _deliveryLimit = 2;
        await DisposeAsync();
        await InitializeAsync();
        await _harness.OpenQueue().PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);

        // somebody takes it and gives it back, again and again
        await PeekAllAsync(_harness.QueueOf(Model));
        await Eventually.Succeeds(
            async () =>
            {
                await PeekAllAsync(_harness.AgainQueueOf(Model));
                Assert.Single(await PeekAllAsync(_harness.DeadQueueOf(Model)));
            },
            cancellationToken: Token);
    }

    [Fact]
    public async Task Receive_WorkerDies_WhatItHadNotBegunCountsOnceHoweverOftenOthersDie()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [.. Enumerable.Range(0, 10).Select(number => new WorkItem(Samples.Id(number)))], Token);
        var begun = new List<WorkDelivery>();
        for (var deaths = 0; deaths < 5; deaths++)
        {
            // The first picture kills whoever works on it; the others lie in the memory of the same process.
            await using var line = TcpProxy.To((await broker.GetAsync()).Port);
            var worker = _harness.Open(through: $"amqp://guest:guest@127.0.0.1:{line.Port}/").GetRequiredService<IWorkQueue>();
            begun.Add(Assert.Single(await worker.ReceiveAsync(Model, 1, TimeSpan.FromSeconds(20), Token)));
            line.Cut(ProxyCut.Reset);
        }

        var left = new Dictionary<ImageId, int>();
        while (left.Count < 10)
        {
            var delivery = Assert.Single(await queue.ReceiveAsync(Model, 20, TimeSpan.FromSeconds(20), Token));
            left.Add(delivery.Item.Id, delivery.Attempt);
            await queue.CompleteAsync([delivery], Token);
        }

        // Begun attempts count, and that it lay in a dying process's memory counts once.
        Assert.All(left, pair => Assert.Equal(2 + begun.Skip(1).Count(delivery => delivery.Item.Id == pair.Key), pair.Value));
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

        Assert.Equal(2, (await ReceiveAllAsync(queue, 2)).Count);

        // A worker that receives on, as they all do, puts it where a person sees it.
        await Eventually.Succeeds(
            async () =>
            {
                Assert.Empty(await queue.ReceiveAsync(Model, 10, TimeSpan.FromMilliseconds(100), Token));
                Assert.Single(await PeekAllAsync(_harness.DeadQueueOf(Model)));
            },
            cancellationToken: Token);
    }

    [Fact]
    public async Task Dispose_MessagesInMemory_GoToTheNextAtOnce()
    {
        var first = _harness.Open();
        var queue = first.GetRequiredService<IWorkQueue>();
        await queue.PublishAsync([Model], [.. Enumerable.Range(0, 10).Select(number => new WorkItem(Samples.Id(number)))], Token);
        var inWork = Assert.Single(await queue.ReceiveAsync(Model, 1, TimeSpan.FromSeconds(20), Token));

        await queue.ReturnAsync([inWork], Token);
        await first.DisposeAsync();

        var deliveries = await ReceiveAllAsync(_harness.OpenQueue(), 10);
        Assert.All(deliveries, delivery => Assert.Equal(1, delivery.Attempt));
    }

    [Fact]
    public async Task Receive_CancelledOverAndOver_LosesNothingAndCountsNothing()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [.. Enumerable.Range(0, 10).Select(number => new WorkItem(Samples.Id(number)))], Token);
        for (var i = 0; i < 50; i++)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 10));
            try
            {
                await queue.ReturnAsync(await queue.ReceiveAsync(Model, 3, TimeSpan.FromMinutes(1), cancellation.Token), Token);
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.All(await ReceiveAllAsync(queue, 10), delivery => Assert.Equal(1, delivery.Attempt));
    }

    [Fact]
    public async Task Queue_DeletedByAnOperator_IsMadeAgain()
    {
        var queue = _harness.OpenQueue();
        await queue.PublishAsync([Model], [new WorkItem(Samples.Id(1))], Token);
        await queue.CompleteAsync(await queue.ReceiveAsync(Model, 1, TimeSpan.FromSeconds(20), Token), Token);

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
            services.AddSingleton(Options(Other, Model));
            RabbitMqQueue.AddUpkeep(services);
        });
        var removal = Assert.Single(ingest.GetServices<IHostedService>().OfType<RabbitMqModelRemoval>());

        await removal.StartAsync(Token);

        await removal.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(new QueueCounts(0, 0, 0), await queue.CountAsync(Other, Token));
        // the one that is declared stays
        Assert.Equal(new QueueCounts(1, 0, 0), await queue.CountAsync(Model, Token));
        Assert.Equal(1u, await _harness.CountMessagesAsync(_harness.QueueOf(Model)));
        foreach (var name in new[] { _harness.QueueOf(Other), _harness.AgainQueueOf(Other), _harness.DeadQueueOf(Other) })
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

    /// <summary>As the extractor does: the store has the failure, then the queue shows it.</summary>
    private async Task FailAsync(params int[] numbers)
    {
        await using var process = _harness.Open();
        var (queue, store) = (process.GetRequiredService<IWorkQueue>(), process.GetRequiredService<IImageStore>());
        foreach (var number in numbers)
        {
            await store.AddAsync(Samples.Image(number), Token);
            await store.PutFailuresAsync(Samples.Model, [new ExtractionFailure(Samples.Id(number), 1, "It does not decode.")], Token);
            await queue.PublishAsync([Model], [new WorkItem(Samples.Id(number))], Token);
            await queue.DeadLetterAsync(Assert.Single(await queue.ReceiveAsync(Model, 1, TimeSpan.FromSeconds(20), Token)), "It does not decode.", Token);
        }
    }

    private IImageStore StartPruning()
    {
        var ingest = _harness.Open(RabbitMqQueue.AddUpkeep);
        _ = Assert.Single(ingest.GetServices<IHostedService>().OfType<RabbitMqDeadLetterPruner>()).StartAsync(Token);
        return ingest.GetRequiredService<IImageStore>();
    }

    private static async Task<List<WorkDelivery>> ReceiveAllAsync(IWorkQueue queue, int count)
    {
        var deliveries = new List<WorkDelivery>();
        while (deliveries.Count < count)
        {
            var some = await queue.ReceiveAsync(Model, 20, TimeSpan.FromSeconds(20), Token);
            Assert.NotEmpty(some);
            deliveries.AddRange(some);
        }

        return deliveries;
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
