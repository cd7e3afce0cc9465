using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using ImageSearch.Index.Quality;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Api;

/// <summary>
/// <c>POST /search</c>: 1. read the query string; 2. read the vectors into memory of the pool; 3. search; 4. write the answer, from the
/// same memory; 5. offer the search for replay. What <see cref="ShardSearchResponse"/> is in JSON is written by hand: the index answers in
/// a fraction of a millisecond, and so must everything around it. Who does not wait any longer (a hang-up, or <c>X-Deadline-Ms</c>) is not
/// worked for.
/// </summary>
internal sealed class SearchEndpoint(
    IndexState state, IndexTelemetry telemetry, RecallSampler sampler, IOptions<IndexOptions> options, EfTuner tuner, ObjectPool<SearchBuffers> pool)
{
    private int _inWork;

    public async Task HandleAsync(HttpContext context)
    {
        var buffers = pool.Get();
        try
        {
            if (Interlocked.Increment(ref _inWork) > options.Value.MaximumSearches)
            {
                throw Busy();
            }

            await SearchAsync(context, buffers);
        }
        catch (ProblemException e)
        {
            await ProblemFilter.Answer(context, e).ExecuteAsync(context);
        }
        catch (BadHttpRequestException e)
        {
            await ProblemFilter.Answer(e).ExecuteAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inWork);
            pool.Return(buffers);
        }
    }

    private async Task SearchAsync(HttpContext context, SearchBuffers buffers)
    {
        if (!state.Ready)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable, "index-loading", "This shard is still loading; try again when /health answers 200.");
        }

        var (parameters, vectors) = SearchParameters.Read(context.Request, options.Value);
        await buffers.ReadQueriesAsync(context.Request, vectors, options.Value.Dimension, context.RequestAborted);

        var started = Stopwatch.GetTimestamp();
        Normalise(buffers.Queries, options.Value.Dimension);
        var (isOwnEf, index) = (parameters.Ef == 0, state.Index);
        var snapshot = index.Current;
        parameters = isOwnEf ? parameters with { Ef = tuner.Ef } : parameters;
        index.Search(snapshot, buffers.Queries, parameters, buffers.Results, context.RequestAborted);
        var took = Stopwatch.GetElapsedTime(started);

        telemetry.Searched(took);
        await buffers.AnswerAsync(
            context.Response, new SearchHead(options.Value.Shard, options.Value.Version, snapshot.Alive, state.IndexedThrough, took.TotalMilliseconds), context.RequestAborted);
        sampler.Offer(index, snapshot, buffers.Queries, parameters, isOwnEf, buffers.Results);
    }

    // Who asks goes to another replica; a longer line would only make everybody wait.
    private static ProblemException Busy() => new(StatusCodes.Status503ServiceUnavailable, "busy", "Too many searches at once. Try again in a second.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>Cosine similarity is the dot product of unit vectors; a caller may send a vector of any length except zero.</summary>
    private static void Normalise(Span<float> queries, int dimension)
    {
        for (var first = 0; first < queries.Length; first += dimension)
        {
            var query = queries.Slice(first, dimension);
            var norm = TensorPrimitives.Norm(query);
            if (!float.IsFinite(norm) || norm == 0)
            {
                throw new ProblemException(
                    StatusCodes.Status400BadRequest, "invalid-vector", $"Vector {(first / dimension).ToString(CultureInfo.InvariantCulture)} is zero or not finite.");
            }

            if (MathF.Abs(norm - 1) > 1e-6f)
            {
                TensorPrimitives.Divide(query, norm, query);
            }
        }
    }
}
