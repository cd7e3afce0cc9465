using ImageSearch.Core.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Core.S3;

/// <summary>Blobs in a bucket: for services that share no disk.</summary>
internal static class S3Backend
{
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// The connection string has mistakes; the message has all of them.
    /// </exception>
    public static void Add(IServiceCollection services, string connectionString)
    {
        var options = S3ConnectionString.Parse(connectionString);
        services.AddSingleton(_ => new S3Client(options));
        services.AddSingleton<S3Bucket>();
        services.AddSingleton<IBlobStore, S3BlobStore>();
        services.AddHealthChecks().AddCheck<S3HealthCheck>(S3HealthCheck.Name);
    }
}
