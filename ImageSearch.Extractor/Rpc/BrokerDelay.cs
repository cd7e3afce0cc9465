using System.Collections.Concurrent;

namespace ImageSearch.Extractor.Rpc;

/// <summary>
/// Estimates how long messages lay in the broker. The clocks of two machines may differ by more than a query has time, so a time of sending
/// says nothing by itself; but the message of a sender that was under way shortest, lately, was hardly held at all, and others were
/// held by what they took longer. When in doubt it errs to less: a request that has expired is then taken for a fresh one.
/// </summary>
internal sealed class BrokerDelay(TimeProvider time)
{
    /// <summary>A clock that is set is forgotten within two of these.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private const int MaximumSenders = 1000;

    private readonly ConcurrentDictionary<string, Sender> _senders = new();

    /// <param name="sender">Which process sent the message.</param>
    /// <param name="sentAt">When, by its clock.</param>
    /// <param name="timeout">After which the broker itself drops the message.</param>
    public TimeSpan Of(string sender, DateTimeOffset sentAt, TimeSpan timeout)
    {
        if (_senders.Count >= MaximumSenders)
        {
            _senders.Clear();
        }

        var underWay = time.GetUtcNow() - sentAt;
        var delay = Add();
        if (delay > 2 * timeout)
        {
            // It would not have come: a clock was set.
            _senders.TryRemove(sender, out _);
            delay = Add();
        }

        return delay;

        TimeSpan Add() => _senders.GetOrAdd(sender, static _ => new Sender()).Add(underWay, time);
    }

    private sealed class Sender
    {
        private readonly Lock _lock = new();
        private TimeSpan _earlier = TimeSpan.MaxValue;
        private TimeSpan _now = TimeSpan.MaxValue;
        private long _since;

        public TimeSpan Add(TimeSpan underWay, TimeProvider time)
        {
            var timestamp = time.GetTimestamp();
            lock (_lock)
            {
                if (_now == TimeSpan.MaxValue)
                {
                    _since = timestamp;
                }
                else if (time.GetElapsedTime(_since, timestamp) is var elapsed && elapsed > Window)
                {
                    _earlier = elapsed > 2 * Window ? TimeSpan.MaxValue : _now;
                    _now = TimeSpan.MaxValue;
                    _since = timestamp;
                }

                _now = underWay < _now ? underWay : _now;
                return underWay - (_earlier < _now ? _earlier : _now);
            }
        }
    }
}
