using ImageSearch.Benchmarks;

if (args is [RpcExtractor.Command, ..])
{
    await RpcExtractor.RunAsync(args[1], args[2]);
    return 0;
}

// dotnet run -c Release --project tests/ImageSearch.Benchmarks [-- NAME]
(string Name, Func<Task> RunAsync)[] all =
[
    ("search", SearchBenchmark.RunAsync), ("pictures", PicturesBenchmark.RunAsync), ("store", StoreBenchmark.RunAsync), ("queue", QueueBenchmark.RunAsync),
    ("rpc", RpcBenchmark.RunAsync), ("load", LoadBenchmark.RunAsync),
];
var chosen = args switch { [] => all, [var name] => Array.FindAll(all, benchmark => benchmark.Name == name), _ => [] };
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"Benchmarks are: {string.Join(", ", all.Select(benchmark => benchmark.Name))}. Name one, or none for all.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, vectors of {System.Numerics.Vector<byte>.Count * 8} bits in Vector<T>");
foreach (var (_, runAsync) in chosen)
{
    await runAsync();
}

return 0;
