using ImageSearch.Benchmarks;

// dotnet run -c Release --project tests/ImageSearch.Benchmarks [-- search] [-- pictures] [-- queue]
Func<Task>[] all = [SearchBenchmark.RunAsync, PicturesBenchmark.RunAsync, QueueBenchmark.RunAsync];
var chosen = args switch
{
    ["search"] => [SearchBenchmark.RunAsync],
    ["pictures"] => [PicturesBenchmark.RunAsync],
    ["queue"] => [QueueBenchmark.RunAsync],
    [] => all,
    _ => [],
};

if (chosen.Length == 0)
{
    Console.Error.WriteLine("Benchmarks are: search, pictures, queue. Name one, or none for all.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, vectors of {System.Numerics.Vector<byte>.Count * 8} bits in Vector<T>");
foreach (var benchmark in chosen)
{
    await benchmark();
}

return 0;
