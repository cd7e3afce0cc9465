using System.Runtime.InteropServices;
using ImageSearch.Core;
using ImageSearch.Core.Models;
using ImageSearch.Core.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageSearch.Benchmarks;

/// <summary>An embedded store in a directory of its own with synthetic vectors, for an index server to follow.</summary>
internal sealed class SyntheticStore : IAsyncDisposable
{
    public const int Dimension = 512;

    public static readonly ModelKey Model = new("synthetic", "1");

    private const int Page = 512;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("imagesearch-benchmark-");
    private readonly IHost _host;

    private SyntheticStore()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Backend"] = "embedded";
        builder.Configuration["Data:Directory"] = Path;
        builder.AddImageSearchBackend();
        _host = builder.Build();
    }

    public string Path => _directory.FullName;

    public IImageStore Images => _host.Services.GetRequiredService<IImageStore>();

    /// <param name="vectors">Of which the first <paramref name="count"/> are stored.</param>
    public static async Task<SyntheticStore> CreateAsync(byte[][] vectors, int count)
    {
        var store = new SyntheticStore();
        await store._host.StartAsync();
        foreach (var page in Enumerable.Range(0, count).Chunk(Page))
        {
            await store.AddAsync(vectors, page);
        }

        return store;
    }

    /// <summary>Vectors of so many pictures, as bytes of a request, the first of them number <paramref name="first"/>.</summary>
    public static byte[][] Vectors(int first, int count)
    {
        var vectors = new byte[count][];
        Parallel.For(0, count, i => vectors[i] = MemoryMarshal.AsBytes(SyntheticVectors.Vector(first + i, Dimension).AsSpan()).ToArray());
        return vectors;
    }

    public async Task AddAsync(byte[][] vectors, IReadOnlyCollection<int> numbers)
    {
        await Task.WhenAll(numbers.Select(i => Images.AddAsync(new ImageRecord(SyntheticVectors.Id(i), "synthetic", "image/jpeg", 1, 1, 1, [], default), default)));
        await Images.PutVectorsAsync(
            Model, [.. numbers.Select(i => new ImageVector(SyntheticVectors.Id(i), MemoryMarshal.Cast<byte, float>(vectors[i]).ToArray(), 1, []))], default);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _directory.Delete(recursive: true);
    }
}
