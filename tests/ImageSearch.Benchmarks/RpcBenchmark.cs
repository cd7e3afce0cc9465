using System.Diagnostics;
using ImageSearch.Core.Models;
using ImageSearch.Core.RabbitMq;
using ImageSearch.ServiceDefaults;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using ImageSearch.Testing.Servers;
using ImageSearch.Web.Peers;
using ImageSearch.Web.Peers.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Benchmarks;

/// <summary>
/// The same picture embedded over HTTP and over RabbitMQ: web's own two ways, to one extractor in a process of its own, in turns, so that
/// both meet the same machine. What is left without decoding and the model is the way, and the wait for a free decoder.
/// </summary>
internal static class RpcBenchmark
{
    public static readonly ModelRoute Model = new() { Name = "layout", Version = "1", Dimension = 908, QueryTransport = QueryTransport.Rpc };

    private const int CallsPerRound = 64;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static async Task RunAsync()
    {
        if (RabbitMqServer.Missing is { } missing)
        {
            Console.WriteLine($"\nrpc: skipped. {missing}");
            return;
        }

        await using var broker = await RabbitMqServer.StartAsync(default);
        var address = $"http://127.0.0.1:{LocalPort.Free()}";
        using var extractor = Process.Start(new ProcessStartInfo("dotnet", [typeof(RpcBenchmark).Assembly.Location, RpcExtractor.Command, address, broker.ConnectionString])
        {
            RedirectStandardInput = true,
        })!;
        try
        {
            await using var web = StartWeb(address, broker.ConnectionString);
            await web.StartAsync();
            IEmbedTransport http = web.Services.GetRequiredService<HttpEmbedTransport>();
            IEmbedTransport rpc = web.Services.GetRequiredService<RpcEmbedTransport>();
            foreach (var (name, picture, rounds) in Pictures())
            {
                Console.WriteLine($"\nrpc: {name}, {picture.Length / 1000:N0} kB, through the model that ships, 1 extractor");
                await CompareAsync(http, rpc, picture);
                foreach (var clients in new[] { 1, 8 })
                {
                    await MeasureAsync([("HTTP", http), ("RPC", rpc)], picture, clients, rounds);
                }
            }

            await web.StopAsync();
        }
        finally
        {
            extractor.StandardInput.Close();
            await extractor.WaitForExitAsync();
        }
    }

    private static WebApplication StartWeb(string extractor, string broker)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration[$"services:{Model.ExtractorName}:http:0"] = extractor;
        builder.AddServiceDefaults();
        builder.Services.AddSingleton(_ => new RabbitMqConnection(broker, "web"));
        builder.Services.Configure<ModelRoutes>(routes => routes.Add(Model));
        builder.Services.AddSingleton<RpcChannelKeeper>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RpcChannelKeeper>());
        builder.Services.AddSingleton<RpcEmbedTransport>();
        builder.Services.AddHttpClient<HttpEmbedTransport>();
        return builder.Build();
    }

    /// <summary>Waits until both ways lead to the extractor, warms it up, and makes sure that they give the same.</summary>
    private static async Task CompareAsync(IEmbedTransport http, IEmbedTransport rpc, byte[] picture)
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(1); ; await Task.Delay(100))
        {
            try
            {
                for (var i = 0; i < 100; i++)
                {
                    var (a, b) = (await EmbedAsync(http, picture), await EmbedAsync(rpc, picture));
                    if (!a.Vector.AsSpan().SequenceEqual(b.Vector))
                    {
                        throw new InvalidDataException("HTTP and RPC give different vectors.");
                    }
                }

                return;
            }
            catch (Exception e) when (e is HttpRequestException or RpcException && DateTime.UtcNow < deadline)
            {
                // not listening yet
            }
        }
    }

    private static async Task MeasureAsync((string Name, IEmbedTransport Transport)[] ways, byte[] picture, int clients, int rounds)
    {
        var results = ways.ToDictionary(way => way.Name, _ => (Total: new Latencies(), Added: new Latencies(), Busy: new Stopwatch()));
        for (var round = 0; round < rounds; round++)
        {
            // Who begins changes: what one leaves behind for the other, both get.
            foreach (var (name, transport) in round % 2 == 0 ? ways : ways.Reverse())
            {
                var (total, added, busy) = results[name];
                busy.Start();
                await Parallel.ForEachAsync(Enumerable.Range(0, CallsPerRound), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (_, _) =>
                {
                    var started = Stopwatch.GetTimestamp();
                    var answer = await EmbedAsync(transport, picture);
                    var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                    total.Add(took);
                    added.Add(took - answer.TookMs.Decode - answer.TookMs.Embed);
                });
                busy.Stop();
            }
        }

        foreach (var (name, (total, added, busy)) in results)
        {
            Console.WriteLine($"  {name,-4}  {clients} client(s)  {total.Describe(busy.Elapsed)}   without decoding and model {added.Quantiles}");
        }
    }

    private static async Task<EmbedResponse> EmbedAsync(IEmbedTransport transport, byte[] picture)
    {
        using var deadline = new CancellationTokenSource(Timeout);
        return await transport.EmbedAsync(new EmbedQuery(Model, picture, null, Timeout), deadline.Token)
            ?? throw new InvalidDataException("The extractor answered with null.");
    }

    private static IEnumerable<(string Name, byte[] Picture, int Rounds)> Pictures()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("IMAGESEARCH_TESTDATA") ?? "", "images");
        var photograph = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.JPEG").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).OrderBy(file => Math.Abs(file.Length - 110_000)).FirstOrDefault()
            : null;
        yield return photograph is null ? ("a generated picture", GeneratedPicture.Jpeg(1, 500, 375), 30) : ("a photograph", photograph, 30);
        yield return ("a large picture", GeneratedPicture.Jpeg(1, 1600, 1200), 5);
    }
}
