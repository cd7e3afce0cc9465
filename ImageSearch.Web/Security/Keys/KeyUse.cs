using System.Collections.Concurrent;
using ImageSearch.Core.Security;

namespace ImageSearch.Web.Security.Keys;

/// <summary>Writes down now and then which keys were used, so that no request waits for it.</summary>
internal sealed class KeyUse(IApiKeyStore store, TimeProvider time, ILogger<KeyUse> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, bool> _used = new();

    /// <summary>Notes the use of a key that there is.</summary>
    public void Note(string id) => _used.TryAdd(id, true);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        string[] ids = [.. _used.Keys];
        if (ids.Length == 0)
        {
            return;
        }

        Array.ForEach(ids, id => _used.TryRemove(id, out _));
        try
        {
            await store.TouchAsync(ids, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Only a time in a list: the next use brings it.
            SecurityLog.KeyUseLost(logger, e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync writes what is left.
        }
    }
}
