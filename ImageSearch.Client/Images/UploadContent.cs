using System.Net;
using System.Net.Http.Headers;

namespace ImageSearch.Client.Images;

/// <summary>One file's part of a form, copied from its source while it is sent.</summary>
internal sealed class UploadContent : HttpContent
{
    private const int BufferBytes = 128 * 1024;

    private readonly UploadFile _file;
    private readonly Action<int> _sent;

    public UploadContent(UploadFile file, Action<int> sent)
    {
        _file = file;
        _sent = sent;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var source = _file.Open();
        var buffer = new byte[Math.Min(BufferBytes, Math.Max(1, _file.Length ?? BufferBytes))];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            _sent(read);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _file.Length ?? 0;
        return _file.Length is not null;
    }
}
