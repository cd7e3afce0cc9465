using ImageSearch.Benchmarks;

// dotnet run -c Release --project tests/ImageSearch.Benchmarks [-- NAME]
if (args is [RpcExtractor.Command, var url, var broker])
{
    await RpcExtractor.RunAsync(url, broker);
    return 0;
}

Dictionary<string, Func<Task>> all = new()
{
    ["search"] = SearchBenchmark.RunAsync,
    ["pictures"] = PicturesBenchmark.RunAsync,
    ["store"] = StoreBenchmark.RunAsync,
    ["rpc"] = RpcBenchmark.RunAsync,
};
IEnumerable<Func<Task>> chosen = args.Length == 0 ? all.Values : args is [var name] && all.TryGetValue(name, out var one) ? [one] : [];
if (!chosen.Any())
{
    Console.Error.WriteLine($"Benchmarks are: {string.Join(", ", all.Keys)}. Name one, or none for all.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, vectors of {System.Numerics.Vector<byte>.Count * 8} bits in Vector<T>");
foreach (var benchmark in chosen)
{
    await benchmark();
}

return 0;
