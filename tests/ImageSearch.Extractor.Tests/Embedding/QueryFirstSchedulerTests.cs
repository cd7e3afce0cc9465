using ImageSearch.Extractor.Embedding;

namespace ImageSearch.Extractor.Tests.Embedding;

public sealed class QueryFirstSchedulerTests
{
    [Fact]
    public void Next_BothWait_QueriesGoFirst() => Assert.Equal(EmbeddingPriority.Query, new QueryFirstScheduler().Next(queriesWait: true, ingestWaits: true));

    [Fact]
    public void Next_OnlyIngestWaits_ItGoes() => Assert.Equal(EmbeddingPriority.Ingest, new QueryFirstScheduler().Next(queriesWait: false, ingestWaits: true));

    [Fact]
    public void Next_EndlessQueries_LetIngestThroughNowAndThen()
    {
        var turns = new QueryFirstScheduler();
        var taken = Enumerable.Range(0, 10 * (QueryFirstScheduler.LongestRun + 1)).Select(_ => turns.Next(queriesWait: true, ingestWaits: true)).ToList();
        Assert.Equal(10, taken.Count(turn => turn == EmbeddingPriority.Ingest));
        Assert.Equal(EmbeddingPriority.Ingest, taken[QueryFirstScheduler.LongestRun]);
    }

    [Fact]
    public void Next_QueriesThatKeptNobodyWaiting_DoNotCount()
    {
        var turns = new QueryFirstScheduler();
        for (var i = 0; i < 100; i++)
        {
            turns.Next(queriesWait: true, ingestWaits: false);
        }

        Assert.Equal(EmbeddingPriority.Query, turns.Next(queriesWait: true, ingestWaits: true));
    }
}
