using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Quality;

internal static class RecallExtensions
{
    /// <summary>Adds the measurement of the recall and, where there is one to tune, the tuning of ef.</summary>
    public static void AddRecall(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => new RecallWindow());
        builder.Services.AddSingleton(services =>
        {
            var hnsw = services.GetRequiredService<IOptions<IndexOptions>>().Value.Hnsw;
            return new EfTuner(new EfLadder(hnsw.Ef, hnsw.MaximumEf), hnsw.TargetRecall);
        });
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<RecallSampler>(services, Random.Shared));
        builder.Services.AddSingleton<Replay>();
        builder.Services.AddHostedService<RecallService>();
    }
}
