using ImageSearch.Benchmarks;

// dotnet run -c Release --project tests/ImageSearch.Benchmarks [-- search] [-- pictures] [-- store]
Func<Task>[] all = [SearchBenchmark.RunAsync, PicturesBenchmark.RunAsync, StoreBenchmark.RunAsync];
var chosen = args switch
{
    ["search"] => [SearchBenchmark.RunAsync],
    ["pictures"] => [PicturesBenchmark.RunAsync],
    ["store"] => [StoreBenchmark.RunAsync],
    [] => all,
    _ => [],
};

if (chosen.Length == 0)
{
    Console.Error.WriteLine("Benchmarks are: search, pictures, store. Name one, or none for all.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, vectors of {System.Numerics.Vector<byte>.Count * 8} bits in Vector<T>");
foreach (var benchmark in chosen)
{
    await benchmark();
}

return 0;
