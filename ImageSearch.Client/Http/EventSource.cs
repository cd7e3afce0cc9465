using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ImageSearch.Client.Http;

/// <summary>Server-sent events of one address, up to the one that is the last; a connection that breaks before is opened again.</summary>
internal sealed class EventSource<T>(ApiConnection api, string path, EventParser<T> parse)
    where T : class
{
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(1);

    public async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var call = ApiCall.Get(path) with { Accept = "text/event-stream" };
            using var body = await api.OpenAsync(call, cancellationToken).ConfigureAwait(false);
            var events = SseParser.Create(body, (type, data) => parse(type, data)).EnumerateAsync(cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            await using var _ = events.ConfigureAwait(false);
            ImageSearchException? broken = null;
            while (true)
            {
                EventOutcome<T> outcome;
                try
                {
                    if (!await events.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }

                    outcome = events.Current.Data;
                }
                catch (Exception e) when (e is ImageSearchException or JsonException)
                {
                    broken = api.Describe(e);
                    break;
                }

                failures = 0;
                if (outcome.Value is { } value)
                {
                    yield return value;
                }

                if (outcome.Last)
                {
                    yield break;
                }
            }

            if (++failures > api.Options.MaximumRetries)
            {
                throw broken ?? new ImageSearchException(
                    "The server ended the events before there was an end to them. See how far it has come, and try again.");
            }

            await Task.Delay(ReconnectAfter, api.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
