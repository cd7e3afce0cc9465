using System.Collections.Concurrent;
using ImageSearch.Testing;
using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Client.Tests.Support;

/// <summary>A test of the client against the real web service, with a clock that moves when told to.</summary>
public abstract class ClientTest : ApiTest
{
    private readonly List<ImageSearchClient> _clients = [];

    protected WatchedClock Clock { get; } = new();

    protected ImageSearchClient Client { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Client = Create(new ImageSearchClientOptions());
    }

    public override async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A client of the test's system.</summary>
    protected ImageSearchClient Create(ImageSearchClientOptions options)
    {
        var client = new ImageSearchClient(options with { Server = Http.BaseAddress!, TimeProvider = Clock });
        _clients.Add(client);
        return client;
    }

    /// <summary>Lets the waits of a call pass until it is over: as much time as it waits, however long the rest of it takes.</summary>
    protected async Task<T> PassTimeAsync<T>(Task<T> call)
    {
        await Eventually.BecomesTrue(() =>
        {
            if (Clock.Waits.TryDequeue(out var wait))
            {
                Clock.Advance(wait);
            }

            return call.IsCompleted;
        }, TimeSpan.FromMinutes(2), Token);
        return await call;
    }

    /// <summary>Knows how long its timers were meant to run.</summary>
    protected sealed class WatchedClock : FakeTimeProvider
    {
        public ConcurrentQueue<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Waits.Enqueue(dueTime);
            return timer;
        }
    }
}
