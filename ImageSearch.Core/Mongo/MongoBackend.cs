using ImageSearch.Core.Idempotency;
using ImageSearch.Core.Imports;
using ImageSearch.Core.Security;
using ImageSearch.Core.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Mongo;

/// <summary>Records, vectors and imports in MongoDB.</summary>
internal static class MongoBackend
{
    public const string HealthCheck = "mongodb";

    /// <exception cref="InvalidOperationException">It is no connection string of MongoDB.</exception>
    public static void Add(IServiceCollection services, string connectionString)
    {
        _ = MongoConnection.Parse(connectionString);

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<MongoOptions>().BindConfiguration(MongoOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        services.AddSingleton(provider => new MongoConnection(
            connectionString, provider.GetRequiredService<IOptions<MongoOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MongoReplicaSet>();
        services.AddSingleton<MongoSchema>();
        services.AddSingleton<MongoImageStore>();
        services.AddSingleton<IImageStore>(provider => provider.GetRequiredService<MongoImageStore>());
        services.AddSingleton<IImportStore>(provider => new MongoImportStore(
            provider.GetRequiredService<MongoConnection>(), provider.GetRequiredService<MongoSchema>(),
            provider.GetRequiredService<MongoConnection>().Clock));
        services.AddSingleton<IIdempotencyStore>(provider => new MongoIdempotencyStore(
            provider.GetRequiredService<MongoConnection>(), provider.GetRequiredService<MongoSchema>(),
            provider.GetRequiredService<MongoConnection>().Clock));
        services.AddSingleton<IApiKeyStore>(provider => new MongoApiKeyStore(
            provider.GetRequiredService<MongoConnection>(), provider.GetRequiredService<MongoConnection>().Clock));

        services.AddHostedService<MongoHousekeeping>();
        services.AddHealthChecks().AddCheck<MongoHealthCheck>(HealthCheck);
    }
}
