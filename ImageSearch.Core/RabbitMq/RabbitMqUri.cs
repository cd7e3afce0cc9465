namespace ImageSearch.Core.RabbitMq;

internal static class RabbitMqUri
{
    /// <exception cref="InvalidOperationException">It is no AMQP URI. The message does not hold it: there is a password in it.</exception>
    public static Uri Parse(string connectionString) =>
        Uri.TryCreate(connectionString, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0
            ? uri
            : throw new InvalidOperationException(
                "The connection string of RabbitMQ is no AMQP URI: write amqp://user:password@host:5672/ (amqps:// with TLS), with special characters of the password percent-encoded.");
}
