using ImageSearch.Core.Imaging;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.ServiceDefaults.Resilience;
using ImageSearch.Web.Images;
using ImageSearch.Web.Search;
using Microsoft.Extensions.Options;

namespace ImageSearch.Web.Peers;

/// <summary>Passes requests on to ingest, and has it fetch pictures by URL.</summary>
internal sealed class IngestClient(
    HttpClient http,
    IOptions<HttpResilienceOptions> resilience,
    IOptions<SearchOptions> search,
    IOptions<ImageLimits> limits,
    ILogger<IngestClient> logger)
{
    /// <summary>Passes the request's body on as it arrives; the answer's body has not been read when this completes.</summary>
    /// <exception cref="ProblemException">Ingest is not to be had, or the request has a header that is not passed on.</exception>
    /// <exception cref="BadHttpRequestException">The client's own body is too large or cut off.</exception>
    public async Task<HttpResponseMessage> ForwardAsync(
        HttpRequest incoming, string path, CancellationToken cancellationToken, bool withBody = true)
    {
        using var request =
            new HttpRequestMessage(incoming.IsGetOrHead() ? HttpMethod.Get : new HttpMethod(incoming.Method), $"http://ingest{path}");
        if (withBody && HttpMethods.IsPost(incoming.Method))
        {
            request.Content = new StreamContent(incoming.Body);
            request.Content.Headers.ContentLength = incoming.ContentLength;
            request.Content.Headers.TryAddWithoutValidation("Content-Type", incoming.ContentType);
            if (IdempotencyHeaders.KeyOf(incoming) is { } key)
            {
                request.Headers.TryAddWithoutValidation(IdempotencyHeaders.Key, key);
            }
        }

        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            for (var cause = e; cause is not null; cause = cause.InnerException)
            {
                if (cause is BadHttpRequestException bad)
                {
                    throw new BadHttpRequestException(bad.Message, bad.StatusCode, bad);
                }
            }

            Log.IngestFailed(logger, e);
            throw Problem.IngestUnavailable(PeerFailure.Describe(e, resilience.Value.UploadTimeout), e);
        }
    }

    /// <summary>The bytes of a picture on the web; ingest checks the address, every redirect and the size.</summary>
    /// <exception cref="ProblemException">The address is refused, the picture cannot be had, or ingest cannot.</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(string url, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(search.Value.FetchTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://ingest/fetch") { Content = JsonContent.Create(new { url }) }
                .MarkIdempotent();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            await PeerProblem.ThrowIfRefusedAsync(response, deadline.Token);
            response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(limits.Value.MaximumBytes, deadline.Token);
            return await response.Content.ReadAsByteArrayAsync(deadline.Token);
        }
        catch (Exception e) when (e is not ProblemException && !cancellationToken.IsCancellationRequested)
        {
            Log.IngestFailed(logger, e);
            throw Problem.IngestUnavailable(PeerFailure.Describe(e, search.Value.FetchTimeout), e);
        }
    }
}
