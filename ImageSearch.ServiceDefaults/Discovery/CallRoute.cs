using System.Collections.Concurrent;
using ImageSearch.ServiceDefaults.Resilience;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>The replicas that one call has tried, in all its attempts, the repeated and the hedged ones.</summary>
public sealed class CallRoute
{
    private static readonly HttpRequestOptionsKey<CallRoute> Key = new("ImageSearch.Discovery.Route");

    private readonly ConcurrentDictionary<Replica, bool> _tried = [];

    /// <summary>When the caller stops waiting: every attempt tells the service. Default: none.</summary>
    public Deadline? Deadline { get; init; }

    /// <summary>Fail fast when every replica is known to be down. Default: no; the call is repeated, in case one comes up.</summary>
    public bool FailFast { get; init; }

    /// <summary>
    /// An attempt that is given up after this long counts as unanswered, and the replica is avoided when that goes on. Null: attempts are
    /// not held against replicas.
    /// </summary>
    internal TimeSpan? HedgeDelay { get; set; }

    internal bool HasBegun => !_tried.IsEmpty;

    /// <summary>Whether there is a replica that has not been tried.</summary>
    internal bool HasOthers { get; private set; } = true;

    /// <summary>Whether another attempt would only meet replicas that were known to be down.</summary>
    internal bool IsHopeless { get; private set; }

    /// <summary>Has the request take this route.</summary>
    public void AttachTo(HttpRequestMessage request) => request.Options.Set(Key, this);

    /// <summary>The request's route; a new one when it has none.</summary>
    internal static CallRoute Of(HttpRequestMessage request)
    {
        if (!request.Options.TryGetValue(Key, out var route))
        {
            (route = new CallRoute()).AttachTo(request);
        }

        return route;
    }

    internal bool HasTried(Replica replica) => _tried.ContainsKey(replica);

    internal void Try(Replica replica, int replicas)
    {
        _tried.TryAdd(replica, true);
        HasOthers = _tried.Count < replicas;
    }

    /// <param name="wasDown">It was down before.</param>
    internal void ReportUnreachable(bool wasDown) => IsHopeless = FailFast && wasDown && !HasOthers;
}
