using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;

namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>
/// The endpoints of one service and which of them answer. One that is not up is left alone for a pause, which doubles, and then tried by
/// a single call; it is up again when it answers. When all look down, calls are made anyway (panic mode): what is known may be wrong, and
/// an error would be certain.
/// </summary>
internal sealed partial class ServiceReplicas(string service, TimeProvider clock, ILogger logger)
{
    /// <summary>Timeouts in a row after which a replica is avoided. One or two may be a pause of its garbage collection.</summary>
    private const int MostTimeouts = 3;

    /// <summary>An attempt that has waited longer was not merely overtaken by another.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(1);

    private static readonly (TimeSpan Shortest, TimeSpan Longest) DownPause = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15));

    // Shorter: the call that tries it is hedged, and costs next to nothing.
    private static readonly (TimeSpan Shortest, TimeSpan Longest) TimeoutPause = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    private readonly Lock _lock = new();
    private volatile Replica[] _replicas = [];
    private ServiceEndpointSource? _source;
    private int _next;

    public IReadOnlyList<Replica> All => _replicas;

    /// <summary>Takes over what discovery resolves now; what is known of an endpoint stays known.</summary>
    public void Update(ServiceEndpointSource source)
    {
        lock (_lock)
        {
            if (source != _source)
            {
                var known = _replicas.ToDictionary(replica => replica.Address);
                var addresses = source.Endpoints.Select(
                    endpoint => endpoint.EndPoint is UriEndPoint { Uri: var uri } ? uri : new Uri($"http://{endpoint.EndPoint}"));
                _replicas = [.. addresses.Distinct().Select(address => known.GetValueOrDefault(address) ?? new Replica(address))];
                _source = source;
            }
        }
    }

    /// <summary>Takes the endpoints in turn: those that the call has not tried, then those that are up.</summary>
    /// <returns>
    /// The replica; whether the call finds out whether it answers again (<see cref="Release"/> ends that); and whether it looks down, and
    /// the call is made in panic.
    /// </returns>
    /// <exception cref="HttpRequestException">The service has no endpoint.</exception>
    public (Replica Replica, bool IsProbe, bool IsPanic) Pick(CallRoute route)
    {
        lock (_lock)
        {
            var replicas = _replicas.Length > 0 ? _replicas : throw new HttpRequestException(
                HttpRequestError.NameResolutionError,
                $"The service '{service}' has no endpoint: set services__{service}__http__0 to its URL.");
            var now = clock.GetUtcNow();
            // A call takes one turn, however many attempts it makes: else those that fail over would all begin with the same endpoint.
            var turn = (route.HasBegun ? _next : _next++) & int.MaxValue;
            var best = Enumerable.Range(0, replicas.Length).Select(i => replicas[(turn + i) % replicas.Length])
                .MinBy(replica => Rank(replica, route, now))!;
            // Many calls at once must not wait for one that comes up: it takes connections before it can do much.
            var isProbe = best.IsWorthAProbe(now) || (best.State == ReplicaState.Down && route.FailFast && !best.IsProbed);
            best.IsProbed |= isProbe;
            route.Try(best, replicas.Length);
            return (best, isProbe, !isProbe && (best.State == ReplicaState.Hung || (best.State == ReplicaState.Down && route.FailFast)));
        }
    }

    /// <summary>
    /// Whether there is a replica that the call has not tried and that may answer; a slow one may still be the faster of two.
    /// </summary>
    public bool HasAnother(CallRoute route)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            return _replicas.Any(replica => !route.HasTried(replica) && (replica.State <= ReplicaState.Slow || replica.IsWorthAProbe(now)));
        }
    }

    public void ReportUp(Replica replica)
    {
        lock (_lock)
        {
            replica.Timeouts = default;
            if (replica.State != ReplicaState.Up)
            {
                replica.State = ReplicaState.Up;
                LogUp(replica.Address, service);
            }
        }
    }

    /// <returns>Whether it was down before.</returns>
    public bool ReportDown(Replica replica)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var wasDown = replica.State == ReplicaState.Down;
            if (wasDown && replica.Retry.At > now)
            {
                return true; // calls that were under way together failed together: that is one failure
            }

            Avoid(replica, ReplicaState.Down, DownPause, now);
            LogDown(wasDown ? LogLevel.Debug : LogLevel.Warning, replica.Address, service, replica.Retry.Pause.TotalSeconds);
            return wasDown;
        }
    }

    /// <summary>An attempt was given up after the call had waited this long.</summary>
    public void ReportUnanswered(Replica replica, TimeSpan waited)
    {
        lock (_lock)
        {
            var (timeouts, longOnes) = replica.Timeouts = (replica.Timeouts.All + 1, replica.Timeouts.Long + (waited >= LongWait ? 1 : 0));
            // With one replica, call it even when it is slow: nobody else can answer.
            var state = longOnes >= MostTimeouts && _replicas.Length > 1 ? ReplicaState.Hung : ReplicaState.Slow;
            var now = clock.GetUtcNow();
            if (timeouts >= MostTimeouts && (replica.State < state || (replica.State == state && replica.Retry.At <= now)))
            {
                var level = replica.State == ReplicaState.Up ? LogLevel.Warning : LogLevel.Debug;
                Avoid(replica, state, TimeoutPause, now);
                LogSlow(level, replica.Address, service, replica.Retry.Pause.TotalSeconds);
            }
        }
    }

    /// <summary>The probe of the endpoint is over, whatever came of it.</summary>
    public void Release(Replica replica)
    {
        lock (_lock)
        {
            replica.IsProbed = false;
        }
    }

    private static void Avoid(Replica replica, ReplicaState state, (TimeSpan Shortest, TimeSpan Longest) pause, DateTimeOffset now)
    {
        var next = replica.State != state ? pause.Shortest : replica.Retry.Pause * 2 is var doubled
            && doubled < pause.Longest ? doubled : pause.Longest;
        (replica.State, replica.Retry) = (state, (now + next, next));
    }

    /// <summary>Last those that hang; of those that are down, first the one whose pause ends first.</summary>
    private static (bool IsHanging, bool IsTried, ReplicaState State, DateTimeOffset RetryAt) Rank(
        Replica replica, CallRoute route, DateTimeOffset now)
    {
        var state = replica.IsWorthAProbe(now) ? ReplicaState.Up : replica.State;
        var retryAt = state != ReplicaState.Down ? default : replica.IsProbed ? DateTimeOffset.MaxValue : replica.Retry.At;
        return (state == ReplicaState.Hung, route.HasTried(replica), state, retryAt);
    }

    [LoggerMessage(Message = "{Endpoint} of {Service} does not answer; it is skipped for {Seconds} s.")]
    private partial void LogDown(LogLevel level, Uri endpoint, string service, double seconds);

    [LoggerMessage(Message = "{Endpoint} of {Service} is slow or hangs; calls prefer others for {Seconds} s.")]
    private partial void LogSlow(LogLevel level, Uri endpoint, string service, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Endpoint} of {Service} answers again.")]
    private partial void LogUp(Uri endpoint, string service);
}
