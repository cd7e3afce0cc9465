using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace ImageSearch.Core.RabbitMq;

public static class RabbitMqExtensions
{
    /// <summary>
    /// Registers <see cref="RabbitMqConnection"/> over Aspire's client for <c>ConnectionStrings:name</c>, its options (section
    /// <c>RabbitMq</c>) and the health check <c>rabbitmq</c>, which is degraded, not unhealthy, while the broker is away.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection string is missing or no AMQP URI.</exception>
    public static void AddRabbitMq(this IHostApplicationBuilder builder, string connectionName)
    {
        _ = RabbitMqUri.Parse(builder.Configuration.GetConnectionString(connectionName)
            ?? throw new InvalidOperationException(
                $"ConnectionStrings:{connectionName} is missing: set it to amqp://user:password@host:5672/."));
        builder.AddRabbitMQClient(connectionName, settings =>
        {
            // Its check is unhealthy where ours is degraded, and its one connection is opened at the start, which would wait for the
            // broker.
            settings.DisableHealthChecks = true;
            settings.DisableAutoActivation = true;
        });
        var clientName = builder.Environment.ApplicationName;

        builder.Services.AddOptions<RabbitMqOptions>().BindConfiguration(RabbitMqOptions.Section).ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton(provider => new RabbitMqConnection(
            (ConnectionFactory)provider.GetRequiredService<IConnectionFactory>(), clientName,
            provider.GetRequiredService<IOptions<RabbitMqOptions>>(), provider.GetRequiredService<ILogger<RabbitMqConnection>>()));
        builder.Services.AddHealthChecks().AddCheck<RabbitMqHealthCheck>("rabbitmq", HealthStatus.Degraded);
    }
}
