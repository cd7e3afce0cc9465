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
        if (!MongoConnectionString.IsPlausible(connectionString))
        {
            throw new InvalidOperationException("ConnectionStrings:mongodb is not one: it looks like mongodb://user:password@host:port/imagesearch.");
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<MongoOptions>().BindConfiguration(MongoOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        services.AddSingleton(provider => new MongoClient(
            connectionString, provider.GetRequiredService<IOptions<MongoOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MongoSchema>();
        services.AddSingleton<MongoImageStore>();
        services.AddSingleton<IImageStore>(provider => provider.GetRequiredService<MongoImageStore>());
        services.AddSingleton<IImportStore>(provider => new MongoImportStore(
            provider.GetRequiredService<MongoClient>(), provider.GetRequiredService<MongoSchema>(), provider.GetRequiredService<MongoClient>().Clock));
        services.AddSingleton<IIdempotencyStore>(provider => new MongoIdempotencyStore(
            provider.GetRequiredService<MongoClient>(), provider.GetRequiredService<MongoSchema>(), provider.GetRequiredService<MongoClient>().Clock));
        services.AddSingleton<IApiKeyStore>(provider => new MongoApiKeyStore(provider.GetRequiredService<MongoClient>(), provider.GetRequiredService<MongoClient>().Clock));

        services.AddHostedService<MongoHousekeeping>();
        services.AddHealthChecks().AddCheck<MongoHealthCheck>(HealthCheck);
    }
}
