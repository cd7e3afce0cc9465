using ImageSearch.Client.Http;

namespace ImageSearch.Client.Keys;

/// <summary>API keys; every call wants one that administrates.</summary>
public sealed class KeysClient
{
    private readonly ApiConnection _api;

    internal KeysClient(ApiConnection api) => _api = api;

    public async Task<IReadOnlyList<KeySummary>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _api.SendAsync(ApiCall.Get("keys"), ContractsJson.Default.KeyList, cancellationToken).ConfigureAwait(false)).Keys;

    /// <summary>Makes a key. The answer is the only place where it can ever be read.</summary>
    /// <param name="name">Whose it is, or what for.</param>
    public Task<KeyCreated> CreateAsync(string name, ApiScope scope, CancellationToken cancellationToken = default) => _api.SendAsync(
        ApiCall.Post("keys", new KeyRequest(name, scope.ToWord()), ContractsJson.Default.KeyRequest), ContractsJson.Default.KeyCreated,
        cancellationToken);

    /// <summary>From now on the key opens nothing.</summary>
    public Task RevokeAsync(string id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(ApiCall.Delete($"keys/{ApiId.Opaque(id)}"), cancellationToken);
}
