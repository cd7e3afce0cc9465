using ImageSearch.Index.Quality;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Api;

/// <summary>What <c>/stats</c> tells.</summary>
internal sealed class IndexStatistics(
    IndexState state, RecallWindow recall, EfTuner tuner, ScoreDistribution scores, IOptions<IndexOptions> options)
{
    /// <param name="vector">Whose scores are told instead of those between pictures.</param>
    public IndexStats ReadFor(ReadOnlySpan<float> vector) => Read() with { Scores = scores.Of(vector) };

    public IndexStats Read()
    {
        var o = options.Value;
        var memory = state.Index.Memory;
        return new IndexStats(
            o.Model, o.Version, o.Dimension, o.Algorithm.ToString(), o.Shard, o.Shards, state.Index.Count, state.IndexedThrough,
            state.Lag?.TotalSeconds, memory.Total, state.Ready)
        {
            State = state.Status.ToString().ToLowerInvariant(),
            Memory = new IndexMemoryStats(
                memory.Vectors, memory.Codes, memory.Graph, memory.Directory, memory.Mapped, memory.Total,
                o.MemoryLimit is long.MaxValue ? null : o.MemoryLimit)
            { Scratch = memory.Scratch },
            Ef = o.Algorithm == IndexAlgorithm.Hnsw ? tuner.Ef : null,
            TargetRecall = tuner.IsOn ? o.Hnsw.TargetRecall : null,
            Recall = recall.Value,
            RecallSamples = recall.Samples,
            Scores = scores.Current,
        };
    }
}
