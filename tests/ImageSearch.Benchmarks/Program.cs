using ImageSearch.Benchmarks;
using ImageSearch.Benchmarks.Retrieval;
using ImageSearch.Benchmarks.Sizing;
using ImageSearch.Benchmarks.Vectors;
using ImageSearch.Benchmarks.Vectors.Own;

// What the benchmarks start as processes of their own, and what writes a file instead of a report.
switch (args)
{
    case [RpcExtractor.Command, var url, var broker]:
        await RpcExtractor.RunAsync(url, broker);
        return 0;
    case [ActivationMeasurement.Command, ..]:
        await ActivationMeasurement.RunAsync(args[1..]);
        return 0;
    case [EngineProtocol.Command, ..]:
        OwnEngine.Run(args.AsSpan(1));
        return 0;
}

// dotnet run -c Release --project tests/ImageSearch.Benchmarks [-- NAME [OPTIONS]]
(string Name, Func<string[], Task> RunAsync)[] all =
[
    ("vectors", VectorsBenchmark.RunAsync), ("http", HttpBenchmark.RunAsync), ("load", LoadBenchmark.RunAsync), ("sizing", SizingBenchmark.RunAsync),
    ("pictures", PicturesBenchmark.RunAsync), ("retrieval", RetrievalBenchmark.RunAsync), ("same", SamePictureBenchmark.RunAsync), ("embedding", EmbeddingBenchmark.RunAsync), ("store", _ => StoreBenchmark.RunAsync()), ("queue", _ => QueueBenchmark.RunAsync()),
    ("rpc", _ => RpcBenchmark.RunAsync()),
];
var chosen = args is [var name, ..] ? Array.FindAll(all, benchmark => benchmark.Name == name) : all;
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"Benchmarks are: {string.Join(", ", all.Select(benchmark => benchmark.Name))}. Name one, or none for all.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, vectors of {System.Numerics.Vector<byte>.Count * 8} bits in Vector<T>");
foreach (var (_, runAsync) in chosen)
{
    await runAsync(args.Length == 0 ? [] : args[1..]);
}

return 0;
