using ImageSearch.Testing;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Client.Tests.Support;

/// <summary>A test of the client against the real web service, with a clock that moves when told to.</summary>
public abstract class ClientTest : ApiTest
{
    private readonly List<ImageSearchClient> _clients = [];

    protected FakeTimeProvider Clock { get; } = new();

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
            Clock.AdvanceToNextTimer();
            return call.IsCompleted;
        }, TimeSpan.FromMinutes(2), Token);
        return await call;
    }
}
