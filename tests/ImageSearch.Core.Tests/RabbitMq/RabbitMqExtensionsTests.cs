using ImageSearch.Core.RabbitMq;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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
    [InlineData("IdleTakeover", "00:00:00")]
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

        builder.AddRabbitMQClient("rabbitmq");
        return builder.Build();
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Entries["rabbitmq"];
}
