using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ImageSearch.Core.Contracts;
using ImageSearch.Core.Images;
using ImageSearch.Core.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Web.Tests.Support;

/// <summary>Stands in for one shard: compares with every vector that a test gave it.</summary>
internal sealed class FakeIndex : PeerServer
{
    private static readonly DateTimeOffset Through = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public FakeIndex(ModelRoute model, int shard)
    {
        App.MapPost("/search", async (HttpRequest request, int k, double? minScore, string? tag) =>
        {
            if (request.ContentType != "application/octet-stream" || request.Headers["X-Vectors"] != "1" || request.ContentLength != model.Dimension * 4)
            {
                return Results.BadRequest();
            }

            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var query = MemoryMarshal.Cast<byte, float>(body.ToArray()).ToArray();
            var hits = Vectors
                .Where(entry => tag is null || entry.Value.Tags.Contains(tag))
                .Select(entry => new ShardHit(entry.Key, entry.Value.Vector.Zip(query, (a, b) => a * b).Sum()))
                .Where(hit => minScore is null || hit.Score >= minScore)
                .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).Take(k);
            return Results.Ok(new ShardSearchResponse(shard, model.Version, Vectors.Count, Through, 0.25, [hits.ToArray()]));
        });
        App.MapGet("/stats", () => new IndexStats(
            model.Name, model.Version, model.Dimension, "exact", shard, model.Shards, Vectors.Count, Through, 0.1, 1000, true));
    }

    public ConcurrentDictionary<ImageId, (float[] Vector, string[] Tags)> Vectors { get; } = new();
}
