using ImageSearch.Web.Peers.Rpc;
using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Web.Tests.Search;

public sealed class HttpFallbackTests
{
    private readonly List<string> _lines = [];
    private readonly HttpFallback _detour;

    public HttpFallbackTests() => _detour = new HttpFallback(new ListLogger(_lines));

    [Fact]
    public void Detour_ManyQueries_IsSaidOncePerChange()
    {
        _detour.End(WebSystem.Layout);
        for (var i = 0; i < 3; i++)
        {
            _detour.Take(WebSystem.Layout, new RpcException(RpcFailure.Unreachable));
        }

        _detour.End(WebSystem.Layout);
        _detour.End(WebSystem.Layout);

        Assert.Equal(
            ["Queries of model layout go to its extractors over HTTP for now: Unreachable", "Queries of model layout go over RabbitMQ again"], _lines);
    }

    [Fact]
    public void Detour_ForALargePicture_IsNotSaid()
    {
        _detour.Take(WebSystem.Layout, new RpcException(RpcFailure.TooLarge));
        Assert.Empty(_lines);
    }

    private sealed class ListLogger(List<string> lines) : ILogger<HttpFallback>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
