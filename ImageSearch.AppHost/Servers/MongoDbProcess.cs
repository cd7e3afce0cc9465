using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ImageSearch.AppHost;

/// <summary>
/// mongod as a process of this machine, for where no container engine runs: a replica set of one, loopback only, one user. Set and user are
/// created at first contact, which mongod allows from this machine as long as there is no user.
/// </summary>
internal sealed class MongoDbProcess(string name, string command, string directory, ParameterResource password)
    : ExecutableResource(name, command, directory), IResourceWithConnectionString
{
    private const string User = "admin";
    private const string Options = "serverSelectionTimeoutMS=2000&directConnection=true";
    private const string KeyFile = "key";
    private const int Unauthorized = 13;
    private const int UserExists = 51003;
    private const int AlreadyInitialized = 23;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"mongodb://{User}:{password}@{Endpoint.Property(EndpointProperty.IPV4Host)}:{Endpoint.Property(EndpointProperty.Port)}/imagesearch?authSource=admin");

    private EndpointReference Endpoint => new(this, "tcp");

    private string Member => $"127.0.0.1:{Endpoint.Port}";

    public static IResourceBuilder<MongoDbProcess> Add(
        IDistributedApplicationBuilder builder, string name, string program, string directory, IResourceBuilder<ParameterResource> password)
    {
        var server = builder.AddResource(new MongoDbProcess(name, program, directory, password.Resource))
            .WithEndpoint(name: "tcp", scheme: "tcp", isProxied: false);
        server
            .WithArgs("--port", server.GetEndpoint("tcp").Property(EndpointProperty.TargetPort), "--bind_ip", "127.0.0.1", "--nounixsocket", "--dbpath", directory,
                "--wiredTigerCacheSizeGB", "0.5", "--quiet", "--replSet", MongoDbSet.Name, "--keyFile", Path.Combine(directory, KeyFile),
                "--setParameter", MongoDbSet.TransactionLifetime)
            .WithHealthCheck($"{name}-answers")
            .WithRestarts();
        builder.Eventing.Subscribe<BeforeResourceStartedEvent>(server.Resource, async (_, stop) =>
        {
            Directory.CreateDirectory(directory);
            // Members of a set that has users need one, also the only member. Whoever has the password may do everything anyway.
            SecretFile.Write(Path.Combine(directory, KeyFile), await password.Resource.GetValueAsync(stop));
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

            return await IsPrimaryAsync(client.GetDatabase("admin"), stop)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The replica set has no primary yet.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    private static Task<BsonDocument> PingAsync(MongoClient client, CancellationToken stop) =>
        client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: stop);

    /// <summary>The set knows its member by the port of an earlier start: that is made this one's.</summary>
    private async Task<bool> IsPrimaryAsync(IMongoDatabase admin, CancellationToken stop)
    {
        if ((await RunAsync(new BsonDocument("isMaster", 1)))["ismaster"].AsBoolean)
        {
            return true;
        }

        var configuration = (await RunAsync(new BsonDocument("replSetGetConfig", 1)))["config"].AsBsonDocument;
        var member = configuration["members"][0].AsBsonDocument;
        if (member["host"] != Member)
        {
            member["host"] = Member;
            configuration["version"] = configuration["version"].ToInt32() + 1;
            await RunAsync(new BsonDocument { { "replSetReconfig", configuration }, { "force", true } });
        }

        return false;

        Task<BsonDocument> RunAsync(BsonDocument command) =>
            admin.RunCommandAsync<BsonDocument>(command, ReadPreference.PrimaryPreferred, stop);
    }

    // Without a user mongod lets the first one be created from this machine, and nothing more: to be refused is to have one.
    private async Task CreateUserAsync(string? password, CancellationToken stop)
    {
        using var anonymous = new MongoClient($"mongodb://127.0.0.1:{Endpoint.Port}/?{Options}");
        var admin = anonymous.GetDatabase("admin");
        try
        {
            var member = new BsonDocument { { "_id", 0 }, { "host", Member } };
            await admin.RunCommandAsync<BsonDocument>(
                new BsonDocument(
                    "replSetInitiate", new BsonDocument { { "_id", MongoDbSet.Name }, { "members", new BsonArray { member } } }),
                ReadPreference.PrimaryPreferred, stop);
        }
        catch (MongoCommandException e) when (e.Code is AlreadyInitialized or Unauthorized)
        {
            // It is a set already. Until it has elected its primary the user cannot be created: the next check comes soon.
        }

        try
        {
            await admin.RunCommandAsync<BsonDocument>(
                new BsonDocument { { "createUser", User }, { "pwd", password }, { "roles", new BsonArray { "root" } } },
                cancellationToken: stop);
        }
        catch (MongoCommandException e) when (e.Code is Unauthorized or UserExists)
        {
            // The password is not the one that this user has: what follows says so.
        }
    }
}
