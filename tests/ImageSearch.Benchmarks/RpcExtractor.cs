using ImageSearch.Core;
using ImageSearch.Core.RabbitMq;
using ImageSearch.Extractor;
using ImageSearch.Extractor.Api;
using ImageSearch.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Benchmarks;

/// <summary>
/// The extractor's service in a process of its own, on Kestrel and on the broker, with the embedded backend: queries need no other. It ends with
/// the benchmark.
/// </summary>
internal static class RpcExtractor
{
    public const string Command = "rpc-extractor";

    public static async Task RunAsync(string url, string broker)
    {
        var directory = Directory.CreateTempSubdirectory("imagesearch-benchmark-");
        try
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            foreach (var (key, value) in Declaration(url, directory.FullName))
            {
                builder.Configuration[key] = value;
            }

            builder.AddServiceDefaults();
            builder.AddImageSearchBackend();
            builder.Services.AddSingleton(_ => new RabbitMqConnection(broker, "extractor"));
            builder.AddExtractor();
            await using var app = builder.Build();
            app.MapDefaultEndpoints();
            app.MapEmbedApi();
            await app.StartAsync();
            await Console.In.ReadToEndAsync();
            await app.StopAsync();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static IEnumerable<(string Key, string Value)> Declaration(string url, string directory) =>
    [
        ("urls", url), ("Data:Directory", directory), ("Model:QueryTransport", "Rpc"), ("Model:Name", RpcBenchmark.Model.Name), ("Model:Version", RpcBenchmark.Model.Version),
        ("Model:Dimension", $"{RpcBenchmark.Model.Dimension}"), ("Model:Source", "models/layout.onnx"), ("Model:Input:Name", "image"), ("Model:Input:Width", "128"),
        ("Model:Input:Height", "128"), ("Model:Input:Resize", "Stretch"), ("Model:Output:Embedding", "embedding"),
    ];
}
