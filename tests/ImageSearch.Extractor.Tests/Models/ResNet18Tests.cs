using System.Net.Http.Json;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace ImageSearch.Extractor.Tests.Models;

/// <summary>The default model, as the extractor runs it.</summary>
public sealed class ResNet18Tests
{
    private const int Side = 224;
    private const int ShorterSide = 256;
    private const int LongerSide = 300;

    private static readonly float[] BlueGreenRedMeans = [103.06f, 115.90f, 123.15f];

    /// <summary>A picture whose shorter side is what the declaration makes of it: nothing is scaled, so the network's input is known to the bit.</summary>
    [Fact]
    public async Task Embed_Picture_IsWhatTheNetworkGivesForItsMiddleInBgrLessTheMeans()
    {
        var pixels = Pixels();
        await using var host = await ExtractorHost.StartAsync(Declarations.ResNet18("resnet18-float.onnx"));
        var expected = Reference("resnet18-float.onnx", pixels);

        var vector = await EmbedAsync(host, PictureEncoder.Encode(pixels, LongerSide, ShorterSide, 3, "pngsave_buffer"));

        Assert.Equal(512, vector.Length);
        Assert.All(expected.Zip(vector), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-5f));
    }

    [Fact]
    public async Task Embed_EightBits_IsNearTheFloats()
    {
        var pixels = Pixels();
        await using var host = await ExtractorHost.StartAsync(Declarations.ResNet18());

        var vector = await EmbedAsync(host, PictureEncoder.Encode(pixels, LongerSide, ShorterSide, 3, "pngsave_buffer"));

        Assert.InRange(TensorPrimitives.Dot<float>(Reference("resnet18-float.onnx", pixels), vector), 0.97f, 0.99999f);
    }

    [Theory]
    [InlineData("resnet18.onnx", false, 1)]
    [InlineData("resnet18.onnx", true, 0)]
    [InlineData("resnet18-float.onnx", false, 0)]
    public async Task Start_EightBitsWithoutTheInstructions_IsSaidOnce(string file, bool dotProducts, int expected)
    {
        using var log = new CollectedLogs();
        await using var host = await ExtractorHost.StartAsync(
            Declarations.ResNet18(file),
            services => services.Replace(ServiceDescriptor.Singleton(new ProcessorFeatures(dotProducts)))
                .AddLogging(logging => logging.AddProvider(log)));

        Assert.Equal(expected, log.Messages.Count(message => message.Contains("calculates in eight bits", StringComparison.Ordinal)));
    }

    private static async Task<float[]> EmbedAsync(ExtractorHost host, byte[] picture)
    {
        using var response = await host.Client.PostAsync("/embed", new ByteArrayContent(picture), TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return MemoryMarshal.Cast<byte, float>((await response.Content.ReadFromJsonAsync<EmbedResponse>(TestContext.Current.CancellationToken))!.Vector).ToArray();
    }

    private static float[] Reference(string file, byte[] pixels)
    {
        var input = new float[3 * Side * Side];
        var (left, top) = ((LongerSide - Side) / 2, (ShorterSide - Side) / 2);
        for (var i = 0; i < input.Length; i++)
        {
            var (channel, y, x) = (i / (Side * Side), i / Side % Side, i % Side);
            var blueFirst = 2 - channel;
            input[i] = pixels[((((top + y) * LongerSide) + left + x) * 3) + blueFirst] - BlueGreenRedMeans[channel];
        }

        using var session = new InferenceSession(Path.Combine(AppContext.BaseDirectory, "models", file));
        using var tensor = OrtValue.CreateTensorValueFromMemory(input, [1, 3, Side, Side]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["image"], [tensor], ["embedding"]);
        return Vectors.Normalise(results[0].GetTensorDataAsSpan<float>());
    }

    /// <summary>Waves of other lengths in each colour, so that a swapped channel or a shifted crop shows.</summary>
    private static byte[] Pixels() =>
    [
        .. Enumerable.Range(0, LongerSide * ShorterSide * 3).Select(i =>
            (byte)(128 + (120 * Math.Sin((i / 3 % LongerSide / (5.0 + (9 * (i % 3)))) + (i / 3 / LongerSide / (17.0 - (4 * (i % 3))))))))
    ];
}
