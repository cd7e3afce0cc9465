using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
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
            var vectors = int.Parse(request.Headers["X-Vectors"].ToString(), CultureInfo.InvariantCulture);
            if (request.ContentType != "application/octet-stream" || request.ContentLength != vectors * model.Dimension * 4)
            {
                return Results.BadRequest();
            }

            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var queries = MemoryMarshal.Cast<byte, float>(body.ToArray()).ToArray().Chunk(model.Dimension);
            IReadOnlyList<ShardHit> Search(float[] query) => [.. Vectors
                .Where(entry => tag is null || entry.Value.Tags.Contains(tag))
                .Select(entry => new ShardHit(entry.Key, entry.Value.Vector.Zip(query, (a, b) => a * b).Sum()))
                .Where(hit => minScore is null || hit.Score >= minScore)
                .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id).Take(k)];
            return Results.Ok(new ShardSearchResponse(shard, model.Version, Vectors.Count, Through, 0.25, [.. queries.Select(Search)]));
        });
        App.MapGet("/stats", () => new IndexStats(
            model.Name, model.Version, model.Dimension, "exact", shard, model.Shards, Vectors.Count, Through, 0.1, 1000, true)
        { Scores = Scores });
        App.MapPost("/stats", (HttpRequest request) => request.ContentLength != model.Dimension * 4 ? Results.BadRequest() : Results.Ok(new IndexStats(
            model.Name, model.Version, model.Dimension, "exact", shard, model.Shards, Vectors.Count, Through, 0.1, 1000, true)
        { Scores = ScoresOfOne }));
    }

    /// <summary>What it says of how alike its pictures are to a vector.</summary>
    public ScoreStats? ScoresOfOne { get; set; }

    /// <summary>What it says of how alike its pictures are; null as long as a test says nothing.</summary>
    public ScoreStats? Scores { get; set; }

    public ConcurrentDictionary<ImageId, (float[] Vector, string[] Tags)> Vectors { get; } = new();
}
