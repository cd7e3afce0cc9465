using System.Diagnostics;
using System.Text;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace ImageSearch.Core.Tests.RabbitMq;

public sealed class RabbitMqExtensionsTests(RabbitMqServerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_BrokerThere_IsHealthy()
    {
        using var host = Build(("ConnectionStrings:rabbitmq", (await fixture.GetAsync()).ConnectionString));

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
    }

    [Fact]
    public async Task Health_BrokerAway_IsDegradedAndSaysWhy()
    {
        using var host = Build(("ConnectionStrings:rabbitmq", "amqp://guest:secret@127.0.0.1:1/"));

        var check = await CheckAsync(host);

        Assert.Equal(HealthStatus.Degraded, check.Status);
        Assert.Equal("RabbitMQ at 127.0.0.1:1 refuses connections: it does not run there, or the port is another.", check.Description);
    }

    [Fact]
    public async Task Start_BrokerAway_DoesNotWaitForIt()
    {
        using var host = Build(("ConnectionStrings:rabbitmq", "amqp://guest:secret@127.0.0.1:1/"));

        await host.StartAsync(Token).WaitAsync(TimeSpan.FromSeconds(5), Token);

        Assert.Equal("127.0.0.1:1", host.Services.GetRequiredService<RabbitMqConnection>().Address);
        await host.StopAsync(Token);
    }

    /// <summary>Aspire's client has the sources of RabbitMQ.Client exported, which then writes headers of its own.</summary>
    [Fact]
    public async Task Publish_ClientIsTraced_StaysInTheTraceOfItsCaller()
    {
        using var host = Build(("ConnectionStrings:rabbitmq", (await fixture.GetAsync()).ConnectionString));
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("RabbitMQ.Client", StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        await using var channel = await (await host.Services.GetRequiredService<RabbitMqConnection>().GetAsync(Token)).CreateChannelAsync(cancellationToken: Token);
        var queue = await channel.QueueDeclareAsync(cancellationToken: Token);

        await channel.BasicPublishAsync(
            "", queue.QueueName, mandatory: true, new BasicProperties { Headers = new Dictionary<string, object?> { ["traceparent"] = caller.Id } }, "x"u8.ToArray(), Token);
        BasicGetResult? message = null;
        await Eventually.BecomesTrue(async () => (message = await channel.BasicGetAsync(queue.QueueName, autoAck: true, Token)) is not null, cancellationToken: Token);

        Assert.StartsWith($"00-{caller.TraceId}-", Encoding.UTF8.GetString((byte[])message!.BasicProperties.Headers!["traceparent"]!));
    }

    [Fact]
    public void Add_NoConnectionString_SaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Build());

        Assert.Contains("ConnectionStrings:rabbitmq is missing", error.Message);
    }

    [Theory]
    [InlineData("ConnectTimeout", "00:00:00")]
    [InlineData("Heartbeat", "00:00:00")]
    [InlineData("MaximumBackOff", "00:00:00.1")]
    [InlineData("Prefetch", "0")]
    [InlineData("PublishTimeout", "00:10:00")]
    [InlineData("DeliveryLimit", "0")]
    [InlineData("DeadLetterLimit", "0")]
    public void Options_OutOfRange_AreRefused(string option, string value)
    {
        using var host = Build(("ConnectionStrings:rabbitmq", "amqp://localhost/"), ($"RabbitMq:{option}", value));

        var error = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<RabbitMqOptions>>().Value);

        Assert.Contains(option, error.Message);
    }

    private static IHost Build(params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddRabbitMq("rabbitmq");
        return builder.Build();
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Entries["rabbitmq"];
}
