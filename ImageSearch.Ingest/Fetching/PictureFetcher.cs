using System.Net;
using ImageSearch.Core.Imaging;
using ImageSearch.Ingest.Intake;
using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest.Fetching;

/// <summary>Fetches what a URL from outside points at, within the limits, without being talked into reaching what it must not.</summary>
internal sealed class PictureFetcher(
    GuardedConnector connector,
    FileBuffers buffers,
    IngestTelemetry telemetry,
    TimeProvider time,
    IOptions<IngestOptions> options,
    IOptions<ImageLimits> limits) : IDisposable
{
    // Not from IHttpClientFactory: service discovery would take "http://web" in someone's URL for the service of that name, and
    // retries would multiply the time limit.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        ConnectCallback = connector.ConnectAsync,
        ConnectTimeout = TimeSpan.FromMinutes(1), // an attempt outlives its request otherwise
        AllowAutoRedirect = false, // every hop is checked here
        UseProxy = false, // a proxy would resolve the host itself, unchecked
        UseCookies = false,
        Credentials = null,
        AutomaticDecompression = DecompressionMethods.None, // what is counted is what is kept
        ActivityHeadersPropagator = null, // strangers learn nothing of our traces
        MaxResponseHeadersLength = 32,
        MaxResponseDrainSize = 0,
        MaxConnectionsPerServer = 8,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    });

    /// <returns>The bytes, of which nothing is known yet; the caller disposes them.</returns>
    /// <exception cref="FetchException">There is nothing to be had from this URL.</exception>
    public async Task<FileBuffer> FetchAsync(string? text, CancellationToken cancellationToken)
    {
        if (!FetchUrl.TryParse(text, out var url))
        {
            throw new FetchException(FetchFailure.InvalidUrl, $"invalid url: give {FetchUrl.Rule}.");
        }

        var buffer = await buffers.RentAsync(cancellationToken);
        var started = time.GetTimestamp();
        var outcome = "ok";
        try
        {
            await FillAsync(buffer, url, cancellationToken);
            return buffer;
        }
        catch (Exception e)
        {
            buffer.Dispose();
            outcome = (e as FetchException)?.Problem ?? "canceled";
            throw;
        }
        finally
        {
            telemetry.Fetched(time.GetElapsedTime(started), outcome);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task FillAsync(FileBuffer buffer, Uri url, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.FetchTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await FollowAsync(url, either.Token);
            var tooLarge = response.Content.Headers.ContentLength > limits.Value.MaximumBytes;
            if (!tooLarge)
            {
                await using var body = await response.Content.ReadAsStreamAsync(either.Token);
                tooLarge = !await buffer.FillAsync(body, limits.Value.MaximumBytes, either.Token);
            }

            if (tooLarge)
            {
                throw new FetchException(FetchFailure.TooLarge, $"too large: at most {limits.Value.MaximumBytes} bytes are taken.");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FetchException(
                FetchFailure.TimedOut, $"timed out: the server did not deliver within {options.Value.FetchTimeout.TotalSeconds:0.###} s.");
        }
        catch (HttpRequestException e)
        {
            throw e.InnerException as FetchException
                ?? new FetchException(FetchFailure.Unreachable, "unreachable: the connection could not be made or broke off.");
        }
        catch (IOException)
        {
            throw new FetchException(FetchFailure.Unreachable, "unreachable: the connection broke off.");
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(Uri url, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            // HTTP/1.1 and nothing else: HTTP/3 would connect past the callback that checks addresses.
            using var request = new HttpRequestMessage(HttpMethod.Get, url)
            {
                Version = HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            };
            request.Headers.TryAddWithoutValidation("User-Agent", "ImageSearch/0.1");
            request.Headers.TryAddWithoutValidation("Accept", "image/*,*/*;q=0.5");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
            var response = await _http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return response;
            }

            using (response)
            {
                url = NextHop(response, url);
            }

            if (redirects == options.Value.MaximumRedirects)
            {
                throw new FetchException(
                    FetchFailure.TooManyRedirects, $"too many redirects: at most {options.Value.MaximumRedirects} are followed.");
            }
        }
    }

    private static Uri NextHop(HttpResponseMessage response, Uri url)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
        {
            throw new FetchException(
                FetchFailure.HttpStatus, $"http-status {(int)response.StatusCode}: the server did not deliver the picture.");
        }

        return Uri.TryCreate(url, location, out var next) && FetchUrl.IsAllowed(next)
            ? next
            : throw new FetchException(FetchFailure.InvalidUrl, $"invalid url: the server redirects to what is not {FetchUrl.Rule}.");
    }
}
