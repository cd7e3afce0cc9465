using RabbitMQ.Client;

namespace ImageSearch.Core.RabbitMq;

/// <summary>A message to be published.</summary>
/// <param name="Exchange">Empty for the default exchange, where the routing key names the queue.</param>
internal readonly record struct RabbitMqOutgoing(string Exchange, string RoutingKey, BasicProperties Properties, byte[] Body);
