using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.FileSystem;

/// <summary>
/// Watches over the disk of the data directory: what it refuses is logged once a minute, however many calls meet it, and makes the service
/// degraded until writing works again. Nobody else needs to log a <see cref="StorageException"/>.
/// </summary>
internal sealed class StorageMonitor(
    IOptions<DataOptions> options, SpaceReserve reserve, TimeProvider clock, ILogger<StorageMonitor> logger) : IHealthCheck
{
    /// <summary>Below this, the next upload probably fails.</summary>
    private const long LeastRoom = 1 << 20;

    private const int ProbeBytes = 64 << 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private StorageFault? _fault;
    private long _seenAt;
    private long? _loggedAt;
    private int _unlogged;

    /// <returns>What is to be thrown in its place; null when the exception is none of the disk's.</returns>
    public StorageException? Find(Exception exception)
    {
        var found = StorageFaults.Find(exception, options.Value.Directory);
        if (found is not null)
        {
            Report(found);
        }

        return found;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.Run(Check, cancellationToken);

    private HealthCheckResult Check()
    {
        var current = Current();
        if (current is null)
        {
            reserve.Restore();
            current = StorageFaults.HasRoom(options.Value.Directory, LeastRoom) ? null : StorageFault.Full;
        }

        return current is { } fault ? HealthCheckResult.Degraded(StorageFaults.PublicSentence(fault)) : HealthCheckResult.Healthy();
    }

    private void Report(StorageException failure)
    {
        int others;
        lock (_lock)
        {
            var known = _fault == failure.Fault;
            (_fault, _seenAt) = (failure.Fault, clock.GetTimestamp());
            if (known && _loggedAt is { } at && clock.GetElapsedTime(at) < Interval)
            {
                _unlogged++;
                return;
            }

            (others, _unlogged, _loggedAt) = (_unlogged, 0, _seenAt);
        }

        Log.StorageFailed(logger, failure.Message, others);
    }

    /// <summary>What was refused within the last minute; later a file that is written and removed decides.</summary>
    private StorageFault? Current()
    {
        lock (_lock)
        {
            if (_fault is null || clock.GetElapsedTime(_seenAt) < Interval)
            {
                return _fault;
            }
        }

        try
        {
            Probe(options.Value.Directory);
        }
        catch (Exception e) when (Find(e) is { } failure)
        {
            return failure.Fault;
        }

        lock (_lock)
        {
            (_fault, _loggedAt) = (null, null);
        }

        Log.StorageWorks(logger);
        return null;
    }

    /// <summary>Writes a small file into the directory and removes it.</summary>
    internal static void Probe(string directory)
    {
        var path = Path.Combine(directory, $"probe-{Guid.NewGuid():N}.tmp");
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, new byte[ProbeBytes], 0);
            RandomAccess.FlushToDisk(file);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
