using ImageSearch.Cli.Output;
using ImageSearch.Client;
using ImageSearch.Client.Images;

namespace ImageSearch.Cli.Importing;

/// <summary>Waits until every model has come to every picture.</summary>
internal sealed class Searchability(ImageSearchClient client, IReadOnlyList<ImageId> ids)
{
    /// <summary>Parts, unless there are very many pictures, that are waited for one after the other, so that progress is seen.</summary>
    private const int Parts = 50;

    private long _settled;

    /// <summary>Pictures that a model has given up, and why.</summary>
    public List<ImportRejection> Failures { get; } = [];

    public ProgressSample Sample()
    {
        var settled = Interlocked.Read(ref _settled);
        return new ProgressSample(settled, ids.Count, ids.Count > 0 ? (double)settled / ids.Count : null);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var chunk in ids.Chunk(Math.Clamp((ids.Count + Parts - 1) / Parts, 1, ImagesClient.MaximumWatched)))
        {
            await foreach (var change in client.Images.WatchAsync(chunk, cancellationToken))
            {
                if (change is ImageFailed failed)
                {
                    Failures.Add(new ImportRejection(failed.Id.ToString(), $"{failed.Model}: {failed.Reason}"));
                }
                else if (change is ImageGone)
                {
                    Failures.Add(new ImportRejection(change.Id.ToString(), "it was deleted meanwhile"));
                }
            }

            Interlocked.Add(ref _settled, chunk.Length);
        }
    }
}
