using ImageSearch.Core.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Core.RabbitMq;

/// <summary>Registers the work queue on RabbitMQ.</summary>
internal static class RabbitMqQueue
{
    /// <summary>Asks for <see cref="RabbitMqConnection"/> and <see cref="IWorkLedger"/>.</summary>
    /// <param name="clock">The clock by which leases and retries are measured: that of the ledger.</param>
    public static void Add(IServiceCollection services, Func<IServiceProvider, TimeProvider> clock)
    {
        services.AddSingleton<RabbitMqTopology>();
        services.AddSingleton<RabbitMqQueueTelemetry>();
        services.AddSingleton<RabbitMqPublisher>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RabbitMqDeadLetters>(provider, clock(provider)));
        services.AddSingleton<IWorkQueue>(provider => ActivatorUtilities.CreateInstance<RabbitMqWorkQueue>(provider, clock(provider)));
    }

    /// <summary>Has this process remove the models of <c>RabbitMq:RemoveModels</c>.</summary>
    public static void AddModelRemoval(IServiceCollection services) => services.AddHostedService<RabbitMqModelRemoval>();
}
