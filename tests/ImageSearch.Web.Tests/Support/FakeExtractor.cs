using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Web.Tests.Support;

/// <summary>Stands in for an extractor: the vector of a picture, or of words, is made from its hash, so that the same bytes are the best match of themselves.</summary>
internal sealed class FakeExtractor : PeerServer
{
    private static readonly ConcurrentDictionary<ImageId, byte[]?> Fingerprints = new();

    public FakeExtractor(ModelRoute model)
    {
        App.MapGet("/health", () => "Healthy");
        App.MapPost("/embed", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            Bodies.Enqueue(body.ToArray());
            return new EmbedResponse(model.Version, MemoryMarshal.AsBytes(Embed(body.ToArray(), model.Dimension).AsSpan()).ToArray(), null, new EmbedTimes(1.25, 3.5))
            {
                Fingerprint = Fingerprint(body.ToArray()),
            };
        });
        App.MapPost("/embed/text", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            return new EmbedResponse(model.Version, MemoryMarshal.AsBytes(Embed(body.ToArray(), model.Dimension).AsSpan()).ToArray(), null, new EmbedTimes(0, 2.5));
        });
    }

    /// <summary>The pictures that it was sent.</summary>
    public ConcurrentQueue<byte[]> Bodies { get; } = new();

    /// <summary>The fingerprint that a real extractor makes; null where it would refuse the picture. Tests add the same pictures often: it is made once.</summary>
    public static byte[]? Fingerprint(byte[] content) => Fingerprints.GetOrAdd(ImageId.Of(content), static (_, content) => MakeFingerprint(content), content);

    /// <summary>An L2-normalised vector that depends on the bytes alone.</summary>
    public static float[] Embed(byte[] content, int dimension)
    {
        var random = new Random(ImageId.Of(content).GetHashCode());
        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            vector[i] = random.NextSingle() + 0.2f;
        }

        var norm = MathF.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / norm)];
    }

    private static byte[]? MakeFingerprint(byte[] content)
    {
        try
        {
            var target = new DecodeTarget(8, 8, ResizeRule.Stretch, 0);
            return ImageDecoder.DecodeWithFingerprint(content, target, null, new ImageLimits(), new byte[target.Bytes]).ToBytes();
        }
        catch (InvalidImageException)
        {
            return null;
        }
    }
}
