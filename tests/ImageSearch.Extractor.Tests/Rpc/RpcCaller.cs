using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ImageSearch.Core.Rpc;
using Microsoft.AspNetCore.Mvc;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ImageSearch.Extractor.Tests.Rpc;

/// <summary>A caller written against the contract alone, with nothing of web's.</summary>
internal sealed class RpcCaller : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(string? ContentType, byte[] Body)>> _waiting = new();
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _queue;
    private int _last;

    private RpcCaller(IConnection connection, IChannel channel, string model)
    {
        _connection = connection;
        _channel = channel;
        _queue = EmbedRpc.Queue(model);
    }

    /// <summary>Replies that came for nobody.</summary>
    public int Unexpected { get; private set; }

    public static async Task<RpcCaller> ConnectAsync(string connectionString, string model)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(connectionString) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), TestContext.Current.CancellationToken);
        var caller = new RpcCaller(connection, channel, model);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += caller.OnReplyAsync;
        await channel.BasicConsumeAsync(EmbedRpc.ReplyTo, autoAck: true, consumer, TestContext.Current.CancellationToken);
        return caller;
    }

    /// <summary>Sends a request, and returns when the broker has it.</summary>
    /// <param name="timeout">Null: the header is missing.</param>
    /// <returns>The reply that will come.</returns>
    public async Task<Task<(string? ContentType, byte[] Body)>> SendAsync(
        byte[] picture, TimeSpan? timeout, string? crop = null, string? traceParent = null)
    {
        var id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, object?>();
        var properties = new BasicProperties { CorrelationId = id, ReplyTo = EmbedRpc.ReplyTo, Headers = headers };
        if (timeout is { } time)
        {
            properties.Expiration = ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            headers[EmbedRpc.TimeoutHeader] = (long)time.TotalMilliseconds;
        }

        foreach (var (header, value) in new[] { (EmbedRpc.CropHeader, crop), (EmbedRpc.TraceParentHeader, traceParent) })
        {
            if (value is not null)
            {
                headers[header] = value;
            }
        }

        var reply = new TaskCompletionSource<(string?, byte[])>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = reply;
        await _channel.BasicPublishAsync("", _queue, mandatory: true, properties, picture, TestContext.Current.CancellationToken);
        return reply.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    public async Task<EmbedResponse> EmbedAsync(byte[] picture, string? crop = null, string? traceParent = null)
    {
        var (contentType, body) = await await SendAsync(picture, TimeSpan.FromSeconds(30), crop, traceParent);
        Assert.True(contentType == EmbedRpc.ResponseType, System.Text.Encoding.UTF8.GetString(body));
        return JsonSerializer.Deserialize<EmbedResponse>(body, JsonSerializerOptions.Web)!;
    }

    public async Task<ProblemDetails> ProblemAsync(byte[] picture, string? crop = null, bool withoutTimeout = false)
    {
        var (contentType, body) = await await SendAsync(picture, withoutTimeout ? null : TimeSpan.FromSeconds(30), crop);
        Assert.Equal(EmbedRpc.ProblemType, contentType);
        return JsonSerializer.Deserialize<ProblemDetails>(body, JsonSerializerOptions.Web)!;
    }

    /// <summary>The queue's length: what waits, without what is in work.</summary>
    public async Task<uint> WaitingAsync()
    {
        await using var channel = await _connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(_queue)).MessageCount;
    }

    public async Task<uint> ListenersAsync()
    {
        await using var channel = await _connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(_queue)).ConsumerCount;
    }

    /// <summary>Declares the queue as extractors do, before there is one.</summary>
    public Task DeclareAsync() => _channel.QueueDeclareAsync(_queue, durable: true, exclusive: false, autoDelete: false, EmbedRpc.QueueArguments);

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private Task OnReplyAsync(object sender, BasicDeliverEventArgs delivery)
    {
        if (_waiting.TryRemove(delivery.BasicProperties.CorrelationId!, out var reply))
        {
            reply.SetResult((delivery.BasicProperties.ContentType, delivery.Body.ToArray()));
        }
        else
        {
            Unexpected++;
        }

        return Task.CompletedTask;
    }
}
