using System.Buffers;
using System.Diagnostics;
using System.Threading.Channels;
using ImageSearch.Core.Imaging;
using ImageSearch.Extractor.Models;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Embedding;

/// <summary>
/// QueryFirstScheduler pictures into vectors. Decoding runs on several threads, the model on all of its own for one batch at a time:
/// <code>
/// query  -> decode -> [queries] -+
///                                +-> batch of what is there -> model -> vectors
/// ingest -> decode -> [ingest] --+
/// </code>
/// A batch never waits for more pictures. Queries are taken first (<see cref="QueryFirstScheduler"/>) and never together with ingest work,
/// so that one waits for the batch that runs and for no more.
/// </summary>
internal sealed class EmbeddingScheduler(
    LoadedModel host,
    IOptions<ModelOptions> model,
    IOptions<ExtractorOptions> options,
    IOptions<ImageLimits> limits,
    ExtractorTelemetry telemetry,
    ILogger<EmbeddingScheduler> logger) : BackgroundService
{
    private readonly Preprocessor _preprocessor = new(model.Value.Input);
    private readonly Channel<PendingPicture> _queries = Channel.CreateBounded<PendingPicture>(options.Value.MaximumQueries);
    private readonly Channel<PendingPicture> _ingest = Channel.CreateBounded<PendingPicture>(2 * options.Value.BatchSize);

    // Of their own: a query never waits for the decoding of ingest work.
    private readonly SemaphoreSlim _queryDecoders = new(options.Value.DecodeWorkers);
    private readonly SemaphoreSlim _ingestDecoders = new(options.Value.DecodeWorkers);

    /// <summary>Pictures that are decoded and wait for the model.</summary>
    public int Waiting => _queries.Reader.Count + _ingest.Reader.Count;

    /// <summary>Embeds a picture.</summary>
    /// <exception cref="InvalidImageException">The picture does not decode, or the model makes nothing of it.</exception>
    public async Task<PictureEmbedding> EmbedAsync(
        ReadOnlyMemory<byte> content, CropRectangle? crop, EmbeddingPriority priority, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var (decoders, channel) = priority == EmbeddingPriority.Query ? (_queryDecoders, _queries) : (_ingestDecoders, _ingest);
        PendingPicture picture;
        await decoders.WaitAsync(cancellationToken);
        try
        {
            picture = await Task.Run(() => Decode(content, crop, cancellationToken), cancellationToken);
            try
            {
                // The decoder stays taken while the channel is full: what is decoded ahead is bounded.
                await channel.Writer.WriteAsync(picture, cancellationToken);
            }
            catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
            {
                picture.Dispose();
                throw new OperationCanceledException("The extractor is stopping.", e, cancellationToken);
            }
        }
        finally
        {
            decoders.Release();
        }

        // Its buffer is its own by now: who gives up waiting goes at once, and the picture is dropped when its turn comes.
        var embedding = await picture.Result.WaitAsync(cancellationToken);
        telemetry.Embedded(Stopwatch.GetElapsedTime(started), priority);
        return embedding;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var network = await host.WaitAsync(stoppingToken);
            var size = network.FixedBatch > 0 ? Math.Min(network.FixedBatch, options.Value.BatchSize) : options.Value.BatchSize;
            var inputs = new float[Math.Max(size, network.FixedBatch) * model.Value.Input.Length];
            var batch = new List<PendingPicture>(size);
            var scheduler = new QueryFirstScheduler();
            while (await WaitAsync(stoppingToken))
            {
                var turn = scheduler.Next(_queries.Reader.Count > 0, _ingest.Reader.Count > 0);
                Take(turn == EmbeddingPriority.Query ? _queries : _ingest, batch, size);
                await Task.Run(() => Infer(network, batch, inputs), CancellationToken.None);
                batch.Clear();
            }
        }
        finally
        {
            Drain(_queries);
            Drain(_ingest);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _queryDecoders.Dispose();
        _ingestDecoders.Dispose();
    }

    private PendingPicture Decode(ReadOnlyMemory<byte> content, CropRectangle? crop, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var target = model.Value.Input.Target;
        var pixels = ArrayPool<byte>.Shared.Rent(target.Bytes);
        var picture = new PendingPicture(target.Bytes, cancellationToken);
        try
        {
            picture.Fingerprint = ImageDecoder.DecodeWithFingerprint(
                content, target, crop, limits.Value, pixels.AsSpan(0, target.Bytes)).ToBytes();
            _preprocessor.Convert(pixels.AsSpan(0, target.Bytes), picture.Input);
            picture.DecodedAt = Stopwatch.GetTimestamp();
            picture.DecodeMilliseconds = Stopwatch.GetElapsedTime(started, picture.DecodedAt).TotalMilliseconds;
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (Waiting > 0)
        {
            return !cancellationToken.IsCancellationRequested;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ready = await Task.WhenAny(
            _queries.Reader.WaitToReadAsync(either.Token).AsTask(), _ingest.Reader.WaitToReadAsync(either.Token).AsTask());
        await either.CancelAsync();
        return await ready;
    }

    private static void Take(Channel<PendingPicture> channel, List<PendingPicture> batch, int size)
    {
        while (batch.Count < size && channel.Reader.TryRead(out var picture))
        {
            if (picture.IsAbandoned)
            {
                picture.Cancel();
                picture.Dispose();
                continue;
            }

            batch.Add(picture);
        }
    }

    private void Infer(OnnxModel network, List<PendingPicture> batch, float[] inputs)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            InferTogether(network, batch, inputs);
        }
        catch (Exception e) when (batch.Count > 1)
        {
            // One picture must not take its neighbours along: each on its own, and the culprit fails alone.
            Log.InferenceFailed(logger, batch.Count, e);
            foreach (var picture in batch)
            {
                Infer(network, [picture], inputs);
            }
        }
        catch (Exception e)
        {
            Log.InferenceFailed(logger, 1, e);
            batch[0].Fail(e);
        }
        finally
        {
            batch.ForEach(picture => picture.Dispose());
        }
    }

    private void InferTogether(OnnxModel network, List<PendingPicture> batch, float[] inputs)
    {
        var (length, dimension, labels) = (model.Value.Input.Length, model.Value.Dimension, network.Labels);
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Input.CopyTo(inputs.AsSpan(i * length));
        }

        network.Run(inputs, network.FixedBatch > 0 ? network.FixedBatch : batch.Count, (embeddings, probabilities) =>
        {
            for (var i = 0; i < batch.Count; i++)
            {
                Complete(batch[i], labels, embeddings.Slice(i * dimension, dimension), probabilities.Slice(i * labels.Count, labels.Count));
            }
        });
        telemetry.Inferred(batch.Count);
    }

    private static void Complete(
        PendingPicture picture, IReadOnlyList<string> labels, ReadOnlySpan<float> embedding, ReadOnlySpan<float> probabilities)
    {
        try
        {
            var vector = Vectors.Normalise(embedding);
            var ranked = Vectors.Rank(probabilities, labels);
            var sinceDecoded = Stopwatch.GetElapsedTime(picture.DecodedAt).TotalMilliseconds;
            picture.Complete(new PictureEmbedding(vector, ranked, picture.Fingerprint, new(picture.DecodeMilliseconds, sinceDecoded)));
        }
        catch (InvalidImageException e)
        {
            picture.Fail(e);
        }
    }

    private static void Drain(Channel<PendingPicture> channel)
    {
        channel.Writer.TryComplete();
        while (channel.Reader.TryRead(out var picture))
        {
            picture.Cancel();
            picture.Dispose();
        }
    }
}
