namespace ImageSearch.Web.Overload;

/// <summary>
/// A request's body whose bytes are taken from a budget as they are read, and not as they are announced: who announces much and sends
/// little keeps no memory from others. What was taken is given back when the request is over.
/// </summary>
internal sealed class CountedBody(Stream body, ByteBudget budget, Func<Exception> refuse) : Stream
{
    private long _taken;
    private volatile bool _isRefused;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Take(await body.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Take(body.Read(buffer, offset, count));

    public void GiveBack() => budget.GiveBack(Interlocked.Exchange(ref _taken, 0));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Take(int read)
    {
        // Refused once is refused: whoever wants to throw away the rest of the body would wait for a client that may never send it.
        _isRefused = _isRefused || !budget.TryTake(read);
        if (_isRefused)
        {
            throw refuse();
        }

        Interlocked.Add(ref _taken, read);
        return read;
    }
}
