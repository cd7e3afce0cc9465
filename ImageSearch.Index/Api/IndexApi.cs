using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ImageSearch.Core.Contracts;
using ImageSearch.Index.Search;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Api;

/// <summary>The index server's internal API: search and stats.</summary>
internal static class IndexApi
{
    private const int MaximumK = 1000;

    public static void MapIndexApi(this IEndpointRouteBuilder app)
    {
        app.MapPost("/search", SearchAsync).AddEndpointFilter<ProblemFilter>();
        app.MapGet("/stats", Stats);
    }

    private static async Task<Ok<ShardSearchResponse>> SearchAsync(
        HttpRequest request,
        IndexState state,
        IndexTelemetry telemetry,
        IOptions<IndexOptions> options,
        CancellationToken cancellationToken,
        [FromHeader(Name = "X-Vectors")] int vectors = 1,
        int k = 10,
        string? tag = null,
        float minScore = float.NegativeInfinity)
    {
        var (dimension, most) = (options.Value.Dimension, options.Value.MaximumQueries);
        if (!state.Ready)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "index-loading", "This shard is still loading; try again when /health answers 200.");
        }

        if (k is < 1 or > MaximumK)
        {
            throw Invalid("invalid-k", $"k must be between 1 and {MaximumK}.");
        }

        if (vectors < 1 || vectors > most)
        {
            throw Invalid("invalid-vectors", $"X-Vectors must be between 1 and {most}.");
        }

        var bytes = vectors * dimension * sizeof(float);
        var buffer = ArrayPool<byte>.Shared.Rent(bytes + 1); // one more, to see a body that is too long
        try
        {
            var read = await request.Body.ReadAtLeastAsync(buffer.AsMemory(0, bytes + 1), bytes + 1, throwOnEndOfStream: false, cancellationToken);
            if (read != bytes)
            {
                throw Invalid("invalid-body", $"The body must be {vectors} × {dimension} float32 little-endian: {bytes} bytes.");
            }

            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < vectors; i++)
            {
                if (!TryNormalise(buffer.AsSpan(i * dimension * sizeof(float), dimension * sizeof(float))))
                {
                    throw Invalid("invalid-vector", $"Vector {i.ToString(CultureInfo.InvariantCulture)} is zero or not finite.");
                }
            }

            var queries = MemoryMarshal.Cast<byte, float>(buffer.AsSpan(0, bytes));
            var results = new SearchResults();
            state.Index.Search(queries, new SearchOptions(k, minScore, tag), results, cancellationToken);

            var took = Stopwatch.GetElapsedTime(started);
            telemetry.Searched(took);
            return TypedResults.Ok(new ShardSearchResponse(
                options.Value.Shard, options.Value.Version, state.Index.Count, state.IndexedThrough, took.TotalMilliseconds, [.. Enumerable.Range(0, results.Queries).Select(i => results[i].ToArray())]));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Ok<IndexStats> Stats(IndexState state, IOptions<IndexOptions> options)
    {
        var o = options.Value;
        return TypedResults.Ok(new IndexStats(
            o.Model, o.Version, o.Dimension, o.Algorithm.ToString(), o.Shard, o.Shards, state.Index.Count, state.IndexedThrough, state.Lag?.TotalSeconds, state.Index.Memory.Total, state.Ready));
    }

    /// <summary>Cosine similarity is the dot product of unit vectors; whoever asks may send any length but none.</summary>
    private static bool TryNormalise(Span<byte> bytes)
    {
        var query = MemoryMarshal.Cast<byte, float>(bytes);
        var norm = TensorPrimitives.Norm(query);
        if (!float.IsFinite(norm) || norm == 0)
        {
            return false;
        }

        if (MathF.Abs(norm - 1) > 1e-6f)
        {
            TensorPrimitives.Divide(query, norm, query);
        }

        return true;
    }

    private static ProblemException Invalid(string slug, string detail) => new(StatusCodes.Status400BadRequest, slug, detail);
}
