using System.Net;
using System.Net.Sockets;
using System.Text;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Testing;
using ImageSearch.Testing.Servers;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Tests.RabbitMq;

public sealed class RabbitMqConnectionTests(RabbitMqServerFixture fixture)
{
    private static readonly IOptions<RabbitMqOptions> Options =
        Microsoft.Extensions.Options.Options.Create(new RabbitMqOptions { ConnectTimeout = TimeSpan.FromSeconds(2), MaximumBackOff = TimeSpan.FromMilliseconds(500) });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Twice_IsOneConnection()
    {
        var server = await fixture.GetAsync();
        await using var connection = new RabbitMqConnection(server.ConnectionString, "test");

        var opened = await Task.WhenAll(connection.GetAsync(Token), connection.GetAsync(Token));

        Assert.Same(opened[0], opened[1]);
        Assert.Equal("test", opened[0].ClientProvidedName);
        Assert.True(connection.IsOpen);
    }

    [Fact]
    public async Task Get_WrongPassword_SaysSoWithoutIt()
    {
        var server = await fixture.GetAsync();
        await using var connection = new RabbitMqConnection(server.ConnectionStringOf("guest", "not-the-password"), "test", Options);

        var error = await Assert.ThrowsAsync<RabbitMqUnavailableException>(() => connection.GetAsync(Token));

        Assert.Equal($"RabbitMQ at 127.0.0.1:{server.Port} refused the user name or password of user 'guest': check ConnectionStrings:rabbitmq.", error.Message);
        Assert.DoesNotContain("not-the-password", error.ToString());
    }

    [Fact]
    public async Task Get_UserWithPassword_Connects()
    {
        var server = await fixture.GetAsync();
        await server.AddUserAsync("search", "p@ss/word:%", Token);
        await using var connection = new RabbitMqConnection(server.ConnectionStringOf("search", "p@ss/word:%"), "test", Options);

        Assert.True((await connection.GetAsync(Token)).IsOpen);
    }

    [Fact]
    public async Task Get_NoSuchVirtualHost_SaysSo()
    {
        var server = await fixture.GetAsync();
        await using var connection = new RabbitMqConnection(server.ConnectionString + "nowhere", "test", Options);

        var error = await Assert.ThrowsAsync<RabbitMqUnavailableException>(() => connection.GetAsync(Token));

        Assert.Equal($"RabbitMQ at 127.0.0.1:{server.Port} has no virtual host 'nowhere', or user 'guest' may not use it.", error.Message);
    }

    [Fact]
    public async Task Get_NobodyListens_SaysSoAndRepeatsItWithoutTrying()
    {
        var port = UnusedPort();
        await using var connection = new RabbitMqConnection($"amqp://guest:secret@127.0.0.1:{port}/", "test", Options);

        var errors = new[]
        {
            await Assert.ThrowsAsync<RabbitMqUnavailableException>(() => connection.GetAsync(Token)),
            await Assert.ThrowsAsync<RabbitMqUnavailableException>(() => connection.GetAsync(Token)),
        };

        Assert.All(errors, error => Assert.Equal($"RabbitMQ at 127.0.0.1:{port} refuses connections: it does not run there, or the port is another.", error.Message));
        Assert.Same(errors[0].InnerException, errors[1].InnerException);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "ended the connection before it answered in AMQP 0-9-1: check the port.")]
    [InlineData("", "does not answer in time: check the address, and that it is RabbitMQ.")]
    public async Task Get_NoBroker_SaysSo(string answer, string reason)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = ServeAsync(listener, answer);
        await using var connection = new RabbitMqConnection($"amqp://guest:secret@127.0.0.1:{port}/", "test", Options);

        var error = await Assert.ThrowsAsync<RabbitMqUnavailableException>(() => connection.GetAsync(Token));

        Assert.Equal($"RabbitMQ at 127.0.0.1:{port} {reason}", error.Message);
        listener.Stop();
        await serving;
    }

    [Theory]
    [InlineData("localhost:5672")]
    [InlineData("http://guest:secret@localhost/")]
    [InlineData("Host=localhost;Password=secret")]
    public void Create_NoAmqpUri_SaysSoWithoutIt(string connectionString)
    {
        var error = Assert.Throws<InvalidOperationException>(() => new RabbitMqConnection(connectionString, "test"));

        Assert.Contains("is no AMQP URI", error.Message);
        Assert.DoesNotContain("secret", error.ToString());
    }

    [Fact]
    public async Task Get_BrokerComesLate_ConnectsThen()
    {
        Assert.SkipWhen(RabbitMqServer.Missing is not null, RabbitMqServer.Missing ?? "");
        await using var server = await RabbitMqServer.StartAsync(Token);
        server.Kill();
        await using var connection = new RabbitMqConnection(server.ConnectionString, "test", Options);
        await Assert.ThrowsAsync<RabbitMqUnavailableException>(() => connection.GetAsync(Token));

        await server.StartAgainAsync(Token);

        await Eventually.Succeeds(() => connection.GetAsync(Token), cancellationToken: Token);
        Assert.True(connection.IsOpen);

        // and once it is there, it comes back by itself
        server.Kill();
        await Eventually.BecomesTrue(() => !connection.IsOpen, cancellationToken: Token);
        await server.StartAgainAsync(Token);
        await Eventually.BecomesTrue(() => connection.IsOpen, cancellationToken: Token);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Says its sentence to whoever connects, and keeps the connection.</summary>
    private static async Task ServeAsync(TcpListener listener, string answer)
    {
        var clients = new List<TcpClient>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(Token);
                clients.Add(client);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), Token);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
