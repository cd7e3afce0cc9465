using System.Buffers;
using System.Diagnostics;

namespace ImageSearch.Extractor.Embedding;

/// <summary>A decoded picture that waits for the model; its buffer is pooled and goes back when it is disposed.</summary>
internal sealed class PendingPicture(int length, CancellationToken cancellationToken) : IDisposable
{
    private readonly TaskCompletionSource<PictureEmbedding> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private float[]? _input = ArrayPool<float>.Shared.Rent(length);

    public Span<float> Input => _input.AsSpan(0, length);

    public Task<PictureEmbedding> Result => _result.Task;

    /// <summary>Nobody waits for it any more.</summary>
    public bool IsAbandoned => cancellationToken.IsCancellationRequested;

    public byte[] Fingerprint { get; set; } = [];

    public double DecodeMilliseconds { get; set; }

    /// <summary>Timestamp of <see cref="Stopwatch"/> from which on it waited for the model.</summary>
    public long DecodedAt { get; set; }

    public void Complete(PictureEmbedding embedding) => _result.TrySetResult(embedding);

    public void Fail(Exception exception) => _result.TrySetException(exception);

    public void Cancel() => _result.TrySetCanceled(cancellationToken.IsCancellationRequested ? cancellationToken : CancellationToken.None);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _input, null) is { } input)
        {
            ArrayPool<float>.Shared.Return(input);
        }
    }
}

/// <summary>What became of a picture.</summary>
/// <param name="Vector">L2-normalised.</param>
/// <param name="Labels">Best first; empty when the model has none.</param>
/// <param name="Fingerprint">Bytes of the fingerprint.</param>
internal sealed record PictureEmbedding(float[] Vector, IReadOnlyList<Label> Labels, byte[] Fingerprint, EmbedTimes Times);
