using ImageSearch.Core.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageSearch.Ingest.Tests;

/// <summary>A blob store whose server does not answer the first so many times.</summary>
internal sealed class FlakyBlobStore(IBlobStore inner, int failures, Exception? failure) : IBlobStore
{
    private int _left = failures;

    public static Action<IServiceCollection> Failing(int failures, Exception? failure = null) => services =>
    {
        var real = services.Last(service => service.ServiceType == typeof(IBlobStore));
        services.RemoveAll<IBlobStore>();
        services.AddKeyedSingleton<IBlobStore>("real", (provider, _) => (IBlobStore)(
            real.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
        services.AddSingleton<IBlobStore>(provider => new FlakyBlobStore(provider.GetRequiredKeyedService<IBlobStore>("real"), failures, failure));
    };

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Interlocked.Decrement(ref _left) >= 0
        ? throw failure ?? new IOException("The server of the blobs does not answer.")
        : inner.PutAsync(key, content, cancellationToken);

    public Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) => inner.OpenReadAsync(key, cancellationToken);

    public Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) => inner.ExistsAsync(key, cancellationToken);

    public Task<bool> DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
}
