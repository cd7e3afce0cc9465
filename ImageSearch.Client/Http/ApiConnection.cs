using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ImageSearch.Client.Http;

/// <summary>Sends calls, again when that helps, and turns what is no answer into <see cref="ImageSearchException"/>.</summary>
internal sealed class ApiConnection(HttpClient http, ImageSearchClientOptions options)
{
    private readonly Uri _api = new(options.Root, "api/v1/");

    public ImageSearchClientOptions Options => options;

    public async Task<T> SendAsync<T>(ApiCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var deadline = new IdleDeadline(options.Timeout, cancellationToken);
        using var response = await SendAsync(call, deadline, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, type, deadline, cancellationToken).ConfigureAwait(false);
    }

    public async Task SendAsync(ApiCall call, CancellationToken cancellationToken)
    {
        using var deadline = new IdleDeadline(options.Timeout, cancellationToken);
        using var response = await SendAsync(call, deadline, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The body as it arrives; disposing of the stream ends the call.</summary>
    public async Task<Stream> OpenAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var deadline = new IdleDeadline(options.Timeout, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(call, deadline, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            return new AnswerStream(body, response, deadline, Describe);
        }
        catch
        {
            response?.Dispose();
            deadline.Dispose();
            throw;
        }
    }

    /// <summary>What went wrong on the way, as a sentence that says what to do.</summary>
    public ImageSearchException Describe(Exception cause) => cause switch
    {
        ImageSearchException already => already,
        OperationCanceledException => new ImageSearchException(
            $"{options.Root} did not answer within {options.Timeout.TotalSeconds:0.#} s. Try again, or see whether the system is well.",
            cause),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            new ImageSearchException(
            $"Nothing answers at {options.Root} ({cause.Message.TrimEnd('.')}). Is the system running, and is the address right?", cause),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new ImageSearchException(
            $"No secure connection to {options.Root} ({cause.Message.TrimEnd('.')}). Does it speak https, and is its certificate trusted?",
            cause),
        JsonException =>
            new ImageSearchException(
                $"{options.Root} answered with something that is not of this API. Is it an ImageSearch of the same version?", cause),
        _ => new ImageSearchException($"The connection to {options.Root} broke ({cause.Message.TrimEnd('.')}). Try again.", cause),
    };

    private async Task<HttpResponseMessage> SendAsync(ApiCall call, IdleDeadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            deadline.Moved();
            TimeSpan wait;
            try
            {
                var response = await SendOnceAsync(call, deadline).ConfigureAwait(false);
                if (response.IsSuccessStatusCode || call.IsAnswer?.Invoke(response) == true)
                {
                    return response;
                }

                using (response)
                {
                    var failure = await ApiFailure.ReadAsync(response, options, deadline.Token).ConfigureAwait(false);
                    if (attempt >= options.MaximumRetries || ApiFailure.Wait(failure, call, attempt, options.MaximumRetryWait) is not { } asked || asked > options.MaximumRetryWait)
                    {
                        throw failure;
                    }

                    wait = asked;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
            {
                if (attempt >= options.MaximumRetries || !call.Repeatable)
                {
                    throw Describe(e);
                }

                wait = ApiFailure.BackOff(attempt, options.MaximumRetryWait);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw Describe(e);
            }

            deadline.Rest();
            await Task.Delay(wait, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ApiCall call, IdleDeadline deadline)
    {
        using var request =
            new HttpRequestMessage(call.Method, new Uri(_api, call.Path)) { Content = call.Content?.Invoke(deadline.Moved) };
        request.Headers.Accept.ParseAdd(call.Accept);
        if (options.ApiKey is { Length: > 0 } key)
        {
            request.Headers.TryAddWithoutValidation("X-Api-Key", key);
        }

        foreach (var (name, value) in call.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (options.ClientId is { Length: > 0 } client)
        {
            request.Headers.TryAddWithoutValidation("X-Client-Id", client);
        }

        // A busy server says so before it takes the body, which then need not be sent.
        request.Headers.ExpectContinue = call.Large ? true : null;
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
    }

    private async Task<T> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, IdleDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, type, deadline.Token).ConfigureAwait(false)
                ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            throw Describe(e);
        }
    }
}
