using ImageSearch.Core.Models;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Images;

namespace ImageSearch.Web.Search;

/// <summary>A search with one model: 1. embed the picture; 2. ask every shard at once; 3. merge; 4. add what is known of each picture.</summary>
internal sealed class ModelSearcher(QueryEmbedder embedder, ShardSearcher shards, PictureDescriptions descriptions, TimeProvider time)
{
    /// <param name="start">When the search began, as a timestamp of the clock.</param>
    /// <exception cref="ProblemException">The search cannot be answered.</exception>
    public async Task<SearchResponse> SearchAsync(
        QueryPicture picture, SearchParameters parameters, ModelRoute model, long start, CancellationToken cancellationToken)
    {
        Embedding embedding;
        using (SearchTelemetry.Source.StartActivity("embed"))
        {
            embedding = await embedder.EmbedAsync(picture, model, parameters.Crop, cancellationToken);
        }

        var searchStart = time.GetTimestamp();
        IReadOnlyList<ShardAnswer> answers;
        using (SearchTelemetry.Source.StartActivity("shards"))
        {
            answers = await shards.SearchAsync(model, embedding.Vector, parameters, cancellationToken);
        }

        if (answers.All(answer => answer.Response is null))
        {
            throw Problem.IndexUnavailable(model, answers[0].Error!);
        }

        var hits = HitMerger.Merge(answers.Where(answer => answer.Response is not null).Select(answer => answer.Response!.Results[0]), parameters.K);
        var searched = time.GetElapsedTime(searchStart);
        var (pictures, complete) = await descriptions.FindAsync(model.Key, [.. hits.Select(hit => hit.Id)], cancellationToken);
        var times = new SearchTimes(
            Milliseconds(embedding.TookMs.Decode),
            Milliseconds(embedding.TookMs.Embed),
            Milliseconds(searched.TotalMilliseconds),
            Milliseconds(time.GetElapsedTime(start).TotalMilliseconds));
        return new SearchResponse(
            model.Name,
            model.Version,
            [.. hits.Where(hit => pictures.ContainsKey(hit.Id)).Select(hit => ToResult(hit, pictures[hit.Id]))],
            answers.Any(answer => answer.Response is null),
            complete ? null : true,
            [.. answers.Select(answer => answer.ToReport())],
            times);
    }

    private static SearchResult ToResult(RankedHit hit, PictureDescription picture) =>
        new(hit.Id, hit.Score, picture.Source, picture.Tags, picture.Labels, ImageLinks.Thumbnail(hit.Id));

    private static double Milliseconds(double value) => Math.Round(value, 3);
}
