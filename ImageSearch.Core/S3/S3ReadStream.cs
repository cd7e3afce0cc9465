using Amazon.S3.Model;

namespace ImageSearch.Core.S3;

/// <summary>An object's bytes as they arrive. Its length is known from the start; its connection goes back when it is disposed.</summary>
internal sealed class S3ReadStream(GetObjectResponse response, S3Options options) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; } = response.ContentLength;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Timeout);
        try
        {
            return Advance(await response.ResponseStream.ReadAsync(buffer, deadline.Token), buffer.Length);
        }
        catch (Exception e) when (S3Problems.IsProblem(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw deadline.IsCancellationRequested
                ? new S3BlobStoreException(S3Problems.TimedOut(options), e)
                : S3Problems.Describe(e, options);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Advance(response.ResponseStream.Read(buffer, offset, count), count);
        }
        catch (Exception e) when (S3Problems.IsProblem(e))
        {
            throw S3Problems.Describe(e, options);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A connection that ends early must not pass for the end of the object.</summary>
    private int Advance(int read, int asked)
    {
        _position += read;
        return read > 0 || asked == 0 || _position >= Length
            ? read
            : throw new S3BlobStoreException($"The {options.Where} ended an object after {_position} of {Length} bytes.");
    }
}
