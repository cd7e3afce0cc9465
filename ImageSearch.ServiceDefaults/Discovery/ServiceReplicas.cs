using Microsoft.Extensions.Logging;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>The endpoints of one service and which of them answer.</summary>
internal sealed class ServiceReplicas(string service, IReadOnlyList<Uri> endpoints, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly DateTimeOffset[] _downUntil = new DateTimeOffset[endpoints.Count];
    private readonly TimeSpan[] _pauses = new TimeSpan[endpoints.Count];
    private int _next;

    public IReadOnlyList<Uri> All => endpoints;

    /// <summary>
    /// Takes the endpoints in turn. One that was down is passed over until its pause is over, one that this call has tried already as long
    /// as there is another. When all are down, it is the one whose pause ends first: it may be up again, and an error would be certain.
    /// </summary>
    /// <exception cref="HttpRequestException">The service has no endpoint.</exception>
    public int Pick(IReadOnlyCollection<int> tried)
    {
        if (endpoints.Count == 0)
        {
            throw new HttpRequestException(
                HttpRequestError.NameResolutionError, $"The service '{service}' has no endpoint: set services__{service}__http__0 to its URL.");
        }

        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var turn = _next++ & int.MaxValue;
            return Enumerable.Range(0, endpoints.Count)
                .Select(i => (turn + i) % endpoints.Count)
                .OrderBy(i => tried.Contains(i))
                .ThenBy(i => _downUntil[i] <= now ? DateTimeOffset.MinValue : _downUntil[i])
                .First();
        }
    }

    public void ReportUp(int endpoint)
    {
        lock (_lock)
        {
            if (_pauses[endpoint] == TimeSpan.Zero)
            {
                return;
            }

            _pauses[endpoint] = TimeSpan.Zero;
            _downUntil[endpoint] = DateTimeOffset.MinValue;
        }

        Log.EndpointUp(logger, endpoints[endpoint], service);
    }

    public void ReportDown(int endpoint)
    {
        TimeSpan pause;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_downUntil[endpoint] > now)
            {
                return; // calls that were under way together failed together: that is one failure
            }

            pause = _pauses[endpoint] == TimeSpan.Zero ? ShortestPause : _pauses[endpoint] * 2;
            _pauses[endpoint] = pause = pause < LongestPause ? pause : LongestPause;
            _downUntil[endpoint] = now + pause;
        }

        Log.EndpointDown(logger, endpoints[endpoint], service, pause.TotalSeconds);
    }
}
