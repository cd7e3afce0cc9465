using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.RabbitMq;

/// <summary>The shape of Aspire.RabbitMQ.Client.</summary>
public static class RabbitMqExtensions
{
    /// <summary>
    /// Registers <see cref="RabbitMqConnection"/> for <c>ConnectionStrings:name</c>, its options (section <c>RabbitMq</c>) and the health
    /// check <c>rabbitmq</c>, which is degraded, not unhealthy, while the broker is away.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection string is missing or no AMQP URI.</exception>
    public static void AddRabbitMQClient(this IHostApplicationBuilder builder, string connectionName)
    {
        var connectionString = builder.Configuration.GetConnectionString(connectionName)
            ?? throw new InvalidOperationException($"ConnectionStrings:{connectionName} is missing: set it to amqp://user:password@host:5672/.");
        _ = RabbitMqUri.Parse(connectionString);
        var clientName = builder.Environment.ApplicationName;

        builder.Services.AddOptions<RabbitMqOptions>().BindConfiguration(RabbitMqOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(provider => new RabbitMqConnection(
            connectionString, clientName, provider.GetRequiredService<IOptions<RabbitMqOptions>>(), provider.GetRequiredService<ILogger<RabbitMqConnection>>()));
        builder.Services.AddHealthChecks().AddCheck<RabbitMqHealthCheck>("rabbitmq", HealthStatus.Degraded);
    }
}
