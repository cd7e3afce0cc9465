using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Api;

/// <summary>Bounds the queries in work: more would only wait, each with a picture in memory.</summary>
internal sealed class QueryGate(IOptions<ExtractorOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.MaximumQueries);

    public bool TryEnter() => _free.Wait(0);

    public void Leave() => _free.Release();

    public void Dispose() => _free.Dispose();
}
