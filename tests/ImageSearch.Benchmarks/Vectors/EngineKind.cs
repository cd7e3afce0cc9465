using System.Diagnostics;
using System.Globalization;
using ImageSearch.Benchmarks.Vectors.Own;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>An engine that can be measured: ours or a peer.</summary>
/// <param name="Graph">Approximate: measured together with the others of its sort, after those that scan.</param>
/// <param name="Parameter">Name of what is changed between quality and speed; empty: nothing is.</param>
/// <param name="Sweep">Its values.</param>
/// <param name="ReadPerFloat">Bytes that a search reads of every vector for each of its floats; 0: it does not read them all.</param>
/// <param name="TunedTo">Recalls for which the smallest parameter that reaches them is measured besides.</param>
/// <param name="RebuildTime">Its time to build is compared: it is built anew for each number of threads, never read from a cache for it.</param>
/// <param name="Most">Vectors at most: what takes too long is measured only where it is asked for by name.</param>
/// <param name="LargestBatch">Of what is not worth the wait: a batch that takes as long as its queries one by one.</param>
/// <param name="SlowFrom">Vectors from which on one round has to do.</param>
internal sealed record EngineKind(
    string Name, bool Own, bool Graph, string Parameter, int[] Sweep, double ReadPerFloat, double[] TunedTo, bool RebuildTime, int Most = int.MaxValue, int LargestBatch = 256,
    int SlowFrom = int.MaxValue)
{
    private const double UpperHalves = 0.5; // of the codes: the lower ones are read of few rows

    private static readonly int[] Efs = [16, 32, 64, 128, 256];
    private static readonly double[] Recalls = [0.99, 0.999];

    public static readonly IReadOnlyList<EngineKind> All =
    [
        .. OwnKinds.All.Keys.Select(Ours).Select(kind => kind.Name == "HnswMapped" ? kind with { Most = 0 } : kind), // as fast as the one in memory, and long to build
        Peer("faiss_flat", read: sizeof(float)),
        Peer("faiss_sq8", read: 1) with { LargestBatch = 16, SlowFrom = 500_000 },
        Peer("hnswlib_flat", read: sizeof(float)) with { LargestBatch = 16 },
        Peer("sk_cosine") with { Most = 1_000_000, SlowFrom = 500_000 },
        Peer("sk_kdtree") with { Most = 100_000, LargestBatch = 16 },
        Peer("hnswlib_hnsw") with { Graph = true, Parameter = "ef", Sweep = Efs, TunedTo = Recalls, RebuildTime = true },
        Peer("faiss_hnsw") with { Most = 200_000, Graph = true, Parameter = "ef", Sweep = Efs[1..] },
        Peer("faiss_ivf") with { Graph = true, Parameter = "nprobe", Sweep = [4, 8, 16, 32] },
    ];

    /// <summary>The process of the engine, told where the data are.</summary>
    public ProcessStartInfo Start(VectorFiles files, VectorsOptions options, PeerPrograms peers)
    {
        string[] data = [files.Base, files.Queries, Invariant(options.Count), Invariant(options.Dimension), Invariant(options.K)];
        return this switch
        {
            { Own: true } => new ProcessStartInfo("dotnet", [typeof(EngineKind).Assembly.Location, EngineProtocol.Command, Name, .. data]),
            _ when Name.StartsWith("hnswlib_", StringComparison.Ordinal) => new ProcessStartInfo(peers.Hnswlib, [Name["hnswlib_".Length..], .. data]),
            _ => new ProcessStartInfo(PeerPrograms.Python, [PeerPrograms.PythonPeers, Name, .. data]),
        };
    }

    private static EngineKind Ours(string name)
    {
        var graph = name.StartsWith("Hnsw", StringComparison.Ordinal);
        return graph
            ? new EngineKind(name, true, true, "ef", Efs, 0, Recalls, true)
            : new EngineKind(name, true, false, "", [0], UpperHalves, [], true);
    }

    private static EngineKind Peer(string name, double read = 0) => new(name, false, false, "", [0], read, [], false);

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
