using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults;

namespace ImageSearch.Extractor.Api;

/// <summary>Reads a request's body up to a limit.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 1 << 16;

    /// <exception cref="InvalidImageException">There are more bytes than <paramref name="maximum"/>; they are not read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, long maximum, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maximum)
        {
            throw TooLarge(maximum);
        }

        // The limit here is this one; the server's own default may be smaller, and answers in its own words.
        request.HttpContext.LimitBody(null);

        var buffer = new byte[(int)Math.Min(request.ContentLength + 1 ?? FirstBuffer, maximum + 1)];
        for (var length = 0; ;)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            if (length > maximum)
            {
                throw TooLarge(maximum);
            }

            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, maximum + 1));
            }
        }
    }

    public static InvalidImageException TooLarge(long maximum) =>
        new(ImageProblems.TooLarge, $"The picture has more than {maximum:N0} bytes. Make it smaller.");
}
