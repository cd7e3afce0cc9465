using Microsoft.Extensions.Logging;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>
/// The endpoints of one service and which of them answer. One that is not up is left alone for a pause, which doubles, and then tried by
/// a single call; it is up again when it answers.
/// </summary>
internal sealed class ServiceReplicas(string service, IReadOnlyList<Uri> endpoints, TimeProvider clock, ILogger logger)
{
    /// <summary>Unanswered attempts in a row that make a replica one to avoid. One or two may be bad luck: a pause of its garbage collection.</summary>
    private const int MostUnanswered = 3;

    /// <summary>An attempt that has waited longer was not merely overtaken by another.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(1);

    private static readonly (TimeSpan Shortest, TimeSpan Longest) DownPause = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15));

    // Shorter: the call that tries it is hedged, and costs next to nothing.
    private static readonly (TimeSpan Shortest, TimeSpan Longest) UnansweredPause = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    private readonly Lock _lock = new();
    private readonly Replica[] _replicas = [.. endpoints.Select(endpoint => new Replica(endpoint))];
    private int _next;

    public IReadOnlyList<Uri> All => endpoints;

    /// <summary>
    /// Takes the endpoints in turn: those that the call has not tried, then those that are up. When all are down, it is the one whose pause
    /// ends first: it may be up again, and an error would be certain.
    /// </summary>
    /// <param name="isProbe">The call finds out whether the endpoint answers again; <see cref="Release"/> ends that.</param>
    /// <exception cref="UnansweredException">
    /// All hang, or all are down, and other calls find out whether one is back. To wait as well would hold up the caller for nothing.
    /// </exception>
    /// <exception cref="HttpRequestException">The service has no endpoint.</exception>
    public int Pick(CallRoute route, out bool isProbe)
    {
        if (endpoints.Count == 0)
        {
            throw new HttpRequestException(
                HttpRequestError.NameResolutionError, $"The service '{service}' has no endpoint: set services__{service}__http__0 to its URL.");
        }

        lock (_lock)
        {
            var now = clock.GetUtcNow();
            // A call takes one turn, however many attempts it makes: else those that fail over would all begin with the same endpoint.
            var turn = (route.HasBegun ? _next : _next++) & int.MaxValue;
            var best = Enumerable.Range(0, _replicas.Length)
                .Select(i => (turn + i) % _replicas.Length)
                .MinBy(i => (IsHanging(_replicas[i], now), route.HasTried(i), Rank(_replicas[i], now)));
            var replica = _replicas[best];
            if (IsHanging(replica, now))
            {
                throw UnansweredException.AllHang(service);
            }

            // One that comes up takes connections before it can do much: it is one call that waits for it, not all of them.
            var isDown = replica.State == ReplicaState.Down && route.GivesUpEarly;
            if (isDown && replica.IsProbed)
            {
                throw UnansweredException.AllAreDown(service);
            }

            isProbe = isDown || replica.IsWorthAProbe(now);
            replica.IsProbed |= isProbe;
            route.Try(best, _replicas.Length);
            return best;
        }
    }

    /// <summary>Whether there is a replica that the call has not tried and that may answer; a slow one may still be the faster of two.</summary>
    public bool HasAnother(CallRoute route)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            return _replicas.Where((replica, i) => !route.HasTried(i) && (replica.State <= ReplicaState.Slow || replica.IsWorthAProbe(now))).Any();
        }
    }

    public void ReportUp(int endpoint)
    {
        var replica = _replicas[endpoint];
        lock (_lock)
        {
            replica.Unanswered = replica.InVain = 0;
            if (replica.State == ReplicaState.Up)
            {
                return;
            }

            replica.State = ReplicaState.Up;
        }

        Log.EndpointUp(logger, replica.Address, service);
    }

    /// <returns>Whether it was down before.</returns>
    public bool ReportDown(int endpoint)
    {
        var replica = _replicas[endpoint];
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var wasDown = replica.State == ReplicaState.Down;
            if (wasDown && replica.RetryAt > now)
            {
                return true; // calls that were under way together failed together: that is one failure
            }

            Avoid(replica, ReplicaState.Down, DownPause, now);
            if (wasDown)
            {
                Log.EndpointStillDown(logger, replica.Address, service, replica.Pause.TotalSeconds);
                return true;
            }
        }

        Log.EndpointDown(logger, replica.Address, service, replica.Pause.TotalSeconds);
        return false;
    }

    /// <summary>An attempt was given up after it had been waited for as long as the call was ready to.</summary>
    public void ReportUnanswered(int endpoint, TimeSpan waited)
    {
        var replica = _replicas[endpoint];
        lock (_lock)
        {
            replica.Unanswered++;
            replica.InVain += waited >= LongWait ? 1 : 0;
            // The only one is asked all the same: on a machine that has too much to do it is late, and nobody else can answer.
            var state = replica.InVain >= MostUnanswered && _replicas.Length > 1 ? ReplicaState.Hung : ReplicaState.Slow;
            var now = clock.GetUtcNow();
            if (replica.State > state || replica.Unanswered < MostUnanswered || (replica.State == state && replica.RetryAt > now))
            {
                return;
            }

            var wasUp = replica.State == ReplicaState.Up;
            Avoid(replica, state, UnansweredPause, now);
            if (!wasUp)
            {
                return;
            }
        }

        Log.EndpointSlow(logger, replica.Address, service, replica.Pause.TotalSeconds);
    }

    /// <summary>The probe of the endpoint is over, whatever came of it.</summary>
    public void Release(int endpoint)
    {
        lock (_lock)
        {
            _replicas[endpoint].IsProbed = false;
        }
    }

    private static void Avoid(Replica replica, ReplicaState state, (TimeSpan Shortest, TimeSpan Longest) pause, DateTimeOffset now)
    {
        var doubled = replica.State == state ? replica.Pause * 2 : pause.Shortest;
        replica.State = state;
        replica.Pause = doubled < pause.Longest ? doubled : pause.Longest;
        replica.RetryAt = now + replica.Pause;
    }

    private static bool IsHanging(Replica replica, DateTimeOffset now) => replica.State == ReplicaState.Hung && !replica.IsWorthAProbe(now);

    private static (ReplicaState State, DateTimeOffset RetryAt) Rank(Replica replica, DateTimeOffset now) =>
        replica.IsWorthAProbe(now) ? (ReplicaState.Up, default) : (replica.State, replica.State != ReplicaState.Down ? default : replica.IsProbed ? DateTimeOffset.MaxValue : replica.RetryAt);
}
