namespace ImageSearch.Testing.Servers;

/// <summary>The broker that tests share: the run's, or one of this assembly.</summary>
public sealed class RabbitMqServerFixture() : ServerFixture<RabbitMqServer>(RabbitMqServer.Missing, RabbitMqServer.OfRun, RabbitMqServer.StartAsync);
