using ImageSearch.Core.FileSystem;
using ImageSearch.Core.Mongo;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Core.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.Core;

/// <summary>
/// The backend of clusters: MongoDB, RabbitMQ, and S3 where one is configured. A server that is away keeps no service from starting.
/// </summary>
internal static class ServersBackend
{
    private const string MongoDb = "mongodb";
    private const string RabbitMq = "rabbitmq";
    private const string S3 = "s3";

    public static void Add(IHostApplicationBuilder builder, BackendParts parts, HealthStatus whenAway)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.TryAddSingleton(TimeProvider.System);
        var missing = new List<string>();
        var mongo = Required(MongoDb);
        var rabbit = parts.HasFlag(BackendParts.Queue) ? Required(RabbitMq) : null;
        if (missing.Count > 0)
        {
            throw new InvalidOperationException(
                $"The backend 'servers' needs the connection string{(missing.Count > 1 ? "s" : "")} {string.Join(" and ", missing.Select(name => $"ConnectionStrings:{name}"))}: set {(missing.Count > 1 ? "them" : "it")}.");
        }

        MongoBackend.Add(services, mongo!);
        if (rabbit is not null)
        {
            builder.AddRabbitMq(RabbitMq);
            RabbitMqQueue.Add(services);
            if (parts.HasFlag(BackendParts.QueueUpkeep))
            {
                RabbitMqQueue.AddUpkeep(services);
            }
        }

        if (parts.HasFlag(BackendParts.Blobs))
        {
            AddBlobs(services, configuration.GetConnectionString(S3));
        }

        services.Configure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations)
            {
                // Not the broker's, which is registered as degraded: without it pictures are still accepted and found.
                check.FailureStatus = check.Name is MongoDb or S3 ? whenAway : check.FailureStatus;
            }
        });

        string? Required(string name)
        {
            var value = configuration.GetConnectionString(name);
            if (string.IsNullOrWhiteSpace(value))
            {
                missing.Add(name);
            }

            return value;
        }
    }

    private static void AddBlobs(IServiceCollection services, string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            FileBlobBackend.Add(services);
        }
        else
        {
            S3Backend.Add(services, connectionString);
        }
    }
}
