using System.Runtime.InteropServices;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>The data files that the peers' script makes: vectors, queries, and the true neighbours of each query.</summary>
internal sealed class VectorFiles(string directory, int count, int dimension, bool isotropic)
{
    /// <summary>True neighbours in the file for each query.</summary>
    private const int Truth = 100;

    private readonly string _suffix = isotropic ? "i" : "";

    public string Base => Path.Combine(directory, $"base_{count}x{dimension}{_suffix}.f32");

    public string Queries => Path.Combine(directory, $"queries_{dimension}{_suffix}.f32");

    private string Neighbours => Path.Combine(directory, $"gt_{count}x{dimension}{_suffix}.i32");

    /// <summary>What to do where files are missing, null where none is.</summary>
    public string? Missing =>
        new[] { Base, Queries, Neighbours }.Where(path => !File.Exists(path)).Select(Path.GetFileName).ToList() is { Count: > 0 } missing
            ? $"{string.Join(", ", missing)} not found in {directory}. Make them with the peers' script: "
                + $"/usr/bin/python3 bench_peers.py --prepare --data {directory} --n {count} --d {dimension}{(isotropic ? " --latent 0" : "")}"
            : null;

    /// <summary>Where a peer's built index is kept.</summary>
    public string Cache(string engine, int threads) => Path.Combine(directory, $"peer_{engine}_{count}x{dimension}{_suffix}_{threads}.index");

    /// <summary>Part of the neighbours' rows that were found, of the queries for which there are any.</summary>
    public double Recall(int[] found, int k)
    {
        var truth = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(Neighbours));
        var hits = 0;
        for (var at = 0; at < found.Length; at += k)
        {
            var true10 = truth.Slice(at / k * Truth, k);
            foreach (var row in found.AsSpan(at, k))
            {
                hits += true10.Contains(row) ? 1 : 0;
            }
        }

        return (double)hits / found.Length;
    }
}
