namespace ImageSearch.Testing.Servers;

/// <summary>
/// The servers that all test projects of one run share: eng/test runs this assembly as a program, sets the variables that it prints, and
/// closes its standard input at the end. Who breaks a server starts one of their own.
/// </summary>
internal static class ServersOfRun
{
    public const string RabbitMq = "IMAGESEARCH_TEST_RABBITMQ";
    public const string MongoDB = "IMAGESEARCH_TEST_MONGODB";
    public const string S3 = "IMAGESEARCH_TEST_S3";

    /// <summary>Prints <c>NAME=value</c> of each server that can run here, then <c>ready</c>.</summary>
    public static async Task Main()
    {
        var started = await Task.WhenAll(
            StartAsync(RabbitMqServer.Missing, RabbitMqServer.StartAsync, RabbitMq, server => server.Handle),
            StartAsync(MongoServer.Missing, MongoServer.StartAsync, MongoDB, server => server.Handle),
            StartAsync(S3Server.Missing, S3Server.StartAsync, S3, server => server.Handle));
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        foreach (var server in started.OfType<IAsyncDisposable>())
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<IAsyncDisposable?> StartAsync<T>(string? missing, Func<CancellationToken, Task<T>> start, string variable, Func<T, string> handle)
        where T : class, IAsyncDisposable
    {
        if (missing is not null)
        {
            return null;
        }

        var server = await start(CancellationToken.None);
        Console.WriteLine($"{variable}={handle(server)}");
        return server;
    }
}
