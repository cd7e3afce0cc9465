using System.Diagnostics;
using ImageSearch.Core.Imaging;
using ImageSearch.Core.Store;
using ImageSearch.Extractor.Embedding;
using ImageSearch.Extractor.Models;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Api;

/// <summary>Embeds the picture of a query, whichever way it came: the same limits, the same answer, the same problems.</summary>
internal sealed class QueryEmbedding(EmbeddingScheduler scheduler, LoadedModel host, QueryGate gate, IOptions<ModelOptions> model)
{
    /// <param name="crop">As it was sent; null: the whole picture.</param>
    /// <param name="read">
    /// Gives the picture's bytes once there is a place for them; they must stay as they are until the answer is there.
    /// </param>
    /// <exception cref="ProblemException">The request is refused, or cannot be worked on now.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more, or the extractor stops.</exception>
    public async Task<EmbedResponse> EmbedAsync(
        string? crop, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> read, CancellationToken cancellationToken)
    {
        var part = Parse(crop);
        Enter();
        try
        {
            var content = await read(cancellationToken);
            var embedding = await scheduler.EmbedAsync(content, part, EmbeddingPriority.Query, cancellationToken);
            return new EmbedResponse(
                model.Value.Version, VectorBytes.From(embedding.Vector), embedding.Labels.Count == 0 ? null : embedding.Labels,
                embedding.Times)
            {
                Fingerprint = embedding.Fingerprint,
            };
        }
        catch (InvalidImageException e)
        {
            throw new ProblemException(StatusOf(e.Problem), e.Problem, e.Message, e);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <param name="read">Gives the words once there is a place for them.</param>
    /// <exception cref="ProblemException">The request is refused, or cannot be worked on now.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more, or the extractor stops.</exception>
    public async Task<EmbedResponse> EmbedTextAsync(Func<CancellationToken, Task<string>> read, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            var encoder = host.Text ?? throw new ProblemException(
                StatusCodes.Status400BadRequest, "no-words", "The model finds pictures by pictures only: it has no text encoder.");
            var text = await read(cancellationToken);
            var started = Stopwatch.GetTimestamp();
            // A few milliseconds, once begun not worth interrupting.
            var vector = await Task.Run(() => encoder.Encode(text), cancellationToken);
            return new EmbedResponse(model.Value.Version, VectorBytes.From(vector), null, new EmbedTimes(
                0, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
        }
        catch (InvalidImageException e)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity, e.Problem, "The model gives no usable vector for these words. Use others.", e);
        }
        finally
        {
            gate.Leave();
        }
    }

    private void Enter()
    {
        if (!host.IsLoaded)
        {
            throw Unavailable("model-loading", "The model is being loaded. Try again in a few seconds.");
        }

        if (!gate.TryEnter())
        {
            throw Unavailable("busy", "Too many searches at once. Try again in a second.");
        }
    }

    private static CropRectangle? Parse(string? crop) => crop is null ? null
        : CropRectangle.TryParse(crop, out var part) ? part
        : throw new ProblemException(
            StatusCodes.Status400BadRequest, "invalid-crop", "Give crop as x,y,w,h in fractions of the picture, 0 to 1, inside it.");

    private static int StatusOf(string problem) => problem switch
    {
        ImageProblems.Empty => StatusCodes.Status400BadRequest,
        ImageProblems.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ImageProblems.Unsupported => StatusCodes.Status415UnsupportedMediaType,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    private static ProblemException Unavailable(string slug, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, slug, detail) { RetryAfter = TimeSpan.FromSeconds(1) };
}
