using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImageSearch.Core.RabbitMq;

/// <summary>Says in a sentence why a connection could not be opened.</summary>
internal static class RabbitMqConnectionError
{
    private const string Silent = "does not answer in time: check the address, and that it is RabbitMQ";

    public static RabbitMqUnavailableException Describe(ConnectionFactory factory, Exception exception)
    {
        var causes = Flatten(exception).ToList();
        var reason =
            causes.Any(cause => cause is AuthenticationFailureException or PossibleAuthenticationFailureException)
                ? $"refused the user name or password of user '{factory.UserName}': check ConnectionStrings:rabbitmq"
            : causes.OfType<OperationInterruptedException>().Any(cause => cause.ShutdownReason?.ReplyCode == Constants.NotAllowed)
                ? $"has no virtual host '{factory.VirtualHost}', or user '{factory.UserName}' may not use it"
            : causes.OfType<AuthenticationException>().FirstOrDefault() is { } tls
                ? $"could not be connected to with TLS: {tls.Message}"
            : causes.OfType<SocketException>().FirstOrDefault() is { } socket
                ? SocketReason(socket)
            : causes.Any(cause => cause is OperationCanceledException or TimeoutException)
                ? Silent
            : "ended the connection before it answered in AMQP 0-9-1: check the port";
        return new RabbitMqUnavailableException($"RabbitMQ at {factory.HostName}:{factory.Port} {reason}.", exception);
    }

    private static string SocketReason(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "cannot be found: the host name is not known",
        SocketError.ConnectionRefused => "refuses connections: it does not run there, or the port is another",
        SocketError.TimedOut => Silent,
        _ => $"cannot be reached ({socket.SocketErrorCode})",
    };

    private static IEnumerable<Exception> Flatten(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
            if (exception is AggregateException several)
            {
                foreach (var cause in several.InnerExceptions.SelectMany(Flatten))
                {
                    yield return cause;
                }

                yield break;
            }
        }
    }
}
