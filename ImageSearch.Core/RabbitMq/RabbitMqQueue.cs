using ImageSearch.Core.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Core.RabbitMq;

/// <summary>Registers the work queue on RabbitMQ.</summary>
internal static class RabbitMqQueue
{
    /// <summary>Asks for <see cref="RabbitMqConnection"/> and the store.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<RabbitMqTopology>();
        services.AddSingleton<RabbitMqQueueTelemetry>();
        services.AddSingleton<RabbitMqPublisher>();
        services.AddSingleton<IWorkQueue, RabbitMqWorkQueue>();
    }

    /// <summary>Has this process look after the dead letters, and remove the models of <c>RabbitMq:RemoveModels</c>.</summary>
    public static void AddUpkeep(IServiceCollection services)
    {
        services.AddHostedService<RabbitMqDeadLetterPruner>();
        services.AddHostedService<RabbitMqModelRemoval>();
    }
}
