using System.Runtime.InteropServices;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>The data files that the peers' script makes: vectors, queries, and the true neighbours of each query.</summary>
internal sealed class VectorFiles(string directory, int count, int dimension, bool isotropic)
{
    /// <summary>True neighbours in the file for each query.</summary>
    private const int Truth = 100;

    /// <summary>What two sums of float32 products of unit vectors may differ by, added up in another order.</summary>
    private const double Rounding = 5e-7;

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

    /// <summary>
    /// Part of the true neighbours that were found. A row that is as near as the last of them counts as one: which of the two comes first is
    /// decided by how an engine rounds.
    /// </summary>
    public double Recall(int[] found, int k)
    {
        var truth = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(Neighbours));
        var queries = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Queries));
        using var rows = new MappedFloats(Base);
        var hits = 0;
        for (var query = 0; query < found.Length / k; query++)
        {
            var neighbours = truth.Slice(query * Truth, k);
            var vector = queries.Slice(query * dimension, dimension);
            double? last = null;
            foreach (var row in found.AsSpan(query * k, k).ToArray().Distinct())
            {
                if (neighbours.Contains(row))
                {
                    hits++;
                }
                else if (row >= 0 && row < count)
                {
                    last ??= Score(rows, neighbours[^1], vector);
                    hits += Score(rows, row, vector) >= last - Rounding ? 1 : 0;
                }
            }
        }

        return (double)hits / found.Length;
    }

    private double Score(MappedFloats rows, int row, ReadOnlySpan<float> query)
    {
        var sum = 0.0;
        var vector = rows.GetSpan().Slice(row * dimension, dimension);
        for (var i = 0; i < vector.Length; i++)
        {
            sum += (double)vector[i] * query[i];
        }

        return sum;
    }
}
