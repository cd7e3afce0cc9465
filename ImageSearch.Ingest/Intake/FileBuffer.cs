using System.Buffers;

namespace ImageSearch.Ingest.Intake;

/// <summary>One file in memory, in a rented array, and its place among the files that may be there at the same time.</summary>
internal sealed class FileBuffer(Action release) : IDisposable
{
    private const int FirstSize = 64 * 1024;

    private byte[] _bytes = [];
    private int _length;
    private Action? _release = release;

    public ReadOnlyMemory<byte> Content => _bytes.AsMemory(0, _length);

    /// <summary>Reads the stream to its end, or until it proves to be longer than the limit.</summary>
    /// <returns>False when it is longer; the content is then incomplete.</returns>
    public async Task<bool> FillAsync(Stream source, long limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _bytes.Length)
            {
                Grow(limit);
            }

            var read = await source.ReadAsync(_bytes.AsMemory(_length), cancellationToken);
            _length += read;
            if (read == 0 || _length > limit)
            {
                return _length <= limit;
            }
        }
    }

    public void Dispose()
    {
        // Exactly once: a second release would let one file too many into memory.
        Interlocked.Exchange(ref _release, null)?.Invoke();
        Return(Interlocked.Exchange(ref _bytes, []));
        _length = 0;
    }

    private void Grow(long limit)
    {
        // One byte above the limit is enough to see that the file is too large.
        var wanted = (int)Math.Min(limit + 1, Math.Max(FirstSize, 2L * _bytes.Length));
        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, _length + 1));
        _bytes.AsSpan(0, _length).CopyTo(grown);
        Return(Interlocked.Exchange(ref _bytes, grown));
    }

    private static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
