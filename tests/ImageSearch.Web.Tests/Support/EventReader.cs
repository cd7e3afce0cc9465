using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace ImageSearch.Web.Tests.Support;

/// <summary>Reads a stream of server-sent events as they come.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _stream;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpResponseMessage response, Stream stream)
    {
        (_response, _stream) = (response, stream);
        _events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
    }

    public HttpResponseMessage Response => _response;

    public static async Task<EventReader> OpenAsync(HttpClient http, string address)
    {
        var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <returns>The next event; null at the end of the stream.</returns>
    public async Task<(string Name, JsonObject Data)?> NextAsync()
    {
        if (!await _events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)))
        {
            return null;
        }

        return (_events.Current.EventType, JsonNode.Parse(_events.Current.Data)!.AsObject());
    }

    /// <returns>The next events until the stream ends.</returns>
    public async Task<List<(string Name, JsonObject Data)>> RestAsync()
    {
        var rest = new List<(string Name, JsonObject Data)>();
        while (await NextAsync() is { } next)
        {
            rest.Add(next);
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        await _stream.DisposeAsync();
        _response.Dispose();
    }
}
