using ImageSearch.ServiceDefaults.Resilience;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>The way of one call to a service: which replicas it has tried, in all its attempts, the repeated and the hedged ones.</summary>
public sealed class CallRoute
{
    private static readonly HttpRequestOptionsKey<CallRoute> Key = new("ImageSearch.Discovery.Route");

    private readonly Lock _lock = new();
    private readonly List<int> _tried = [];

    /// <summary>When the caller stops waiting: the service is told with every attempt. Default: it is not.</summary>
    public Deadline? Deadline { get; init; }

    /// <summary>
    /// Whether the caller rather does without an answer than waits for replicas of which it is known that none can be reached. Default: no;
    /// the call is repeated, in case one comes up.
    /// </summary>
    public bool GivesUpEarly { get; init; }

    /// <summary>
    /// An attempt that is given up after this long counts as unanswered, and the replica is avoided when that goes on. Null: attempts are
    /// not held against replicas.
    /// </summary>
    internal TimeSpan? Patience { get; set; }

    /// <summary>Whether there is a replica that has not been tried.</summary>
    internal bool HasOthers { get; private set; } = true;

    /// <summary>Whether another attempt would only meet replicas of which it was known before that they cannot be reached.</summary>
    internal bool IsHopeless { get; private set; }

    /// <summary>Has the request take this way.</summary>
    public void Lead(HttpRequestMessage request) => request.Options.Set(Key, this);

    /// <summary>The request's way; one of its own when it was given none.</summary>
    internal static CallRoute Of(HttpRequestMessage request)
    {
        if (!request.Options.TryGetValue(Key, out var route))
        {
            request.Options.Set(Key, route = new CallRoute());
        }

        return route;
    }

    internal bool HasBegun { get; private set; }

    internal bool HasTried(int endpoint)
    {
        lock (_lock)
        {
            return _tried.Contains(endpoint);
        }
    }

    internal void Try(int endpoint, int endpoints)
    {
        lock (_lock)
        {
            if (!_tried.Contains(endpoint))
            {
                _tried.Add(endpoint);
            }

            (HasBegun, HasOthers) = (true, _tried.Count < endpoints);
        }
    }

    /// <param name="wasDown">It was down before, and nobody expected anything else.</param>
    internal void ReportUnreachable(bool wasDown) => IsHopeless = GivesUpEarly && wasDown && !HasOthers;
}
