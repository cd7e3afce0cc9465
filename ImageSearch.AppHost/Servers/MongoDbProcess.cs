using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.AppHost;

/// <summary>mongod as a process of this machine, for where no container engine runs: loopback only, one user, created at first contact.</summary>
internal sealed class MongoDbProcess(string name, string command, string directory, ParameterResource password)
    : ExecutableResource(name, command, directory), IResourceWithConnectionString
{
    private const string User = "admin";
    private const string Options = "serverSelectionTimeoutMS=2000";
    private const int Unauthorized = 13;
    private const int UserExists = 51003;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"mongodb://{User}:{password}@{Endpoint.Property(EndpointProperty.IPV4Host)}:{Endpoint.Property(EndpointProperty.Port)}/imagesearch?authSource=admin");

    private EndpointReference Endpoint => new(this, "tcp");

    public static IResourceBuilder<MongoDbProcess> Add(
        IDistributedApplicationBuilder builder, string name, string program, string directory, IResourceBuilder<ParameterResource> password)
    {
        var server = builder.AddResource(new MongoDbProcess(name, program, directory, password.Resource))
            .WithEndpoint(name: "tcp", scheme: "tcp", isProxied: false);
        server
            .WithArgs("--port", server.GetEndpoint("tcp").Property(EndpointProperty.TargetPort), "--bind_ip", "127.0.0.1", "--nounixsocket", "--dbpath", directory,
                "--wiredTigerCacheSizeGB", "0.5", "--auth", "--quiet")
            .WithHealthCheck($"{name}-answers")
            .WithRestarts();
        builder.Eventing.Subscribe<BeforeResourceStartedEvent>(server.Resource, (_, _) =>
        {
            Directory.CreateDirectory(directory);
            return Task.CompletedTask;
        });
        builder.Services.AddHealthChecks().AddAsyncCheck($"{name}-answers", stop => server.Resource.CheckAsync(password.Resource, stop));
        return server;
    }

    private async Task<HealthCheckResult> CheckAsync(ParameterResource password, CancellationToken stop)
    {
        try
        {
            using var client = new MongoClient($"{await ConnectionStringExpression.GetValueAsync(stop)}&{Options}");
            try
            {
                await PingAsync(client, stop);
            }
            catch (MongoAuthenticationException)
            {
                await CreateUserAsync(await password.GetValueAsync(stop), stop);
                await PingAsync(client, stop);
            }

            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    private static Task<BsonDocument> PingAsync(MongoClient client, CancellationToken stop) =>
        client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: stop);

    // Without a user mongod lets the first one be created from this machine, and nothing more: to be refused is to have one.
    private async Task CreateUserAsync(string? password, CancellationToken stop)
    {
        using var anonymous = new MongoClient($"mongodb://127.0.0.1:{Endpoint.Port}/?{Options}");
        try
        {
            await anonymous.GetDatabase("admin").RunCommandAsync<BsonDocument>(
                new BsonDocument { { "createUser", User }, { "pwd", password }, { "roles", new BsonArray { "root" } } }, cancellationToken: stop);
        }
        catch (MongoCommandException e) when (e.Code is Unauthorized or UserExists)
        {
            // The password is not the one that this user has: what follows says so.
        }
    }
}
