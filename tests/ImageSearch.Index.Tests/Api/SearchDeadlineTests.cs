using System.Net;

namespace ImageSearch.Index.Tests.Api;

/// <summary>Searches whose vectors never arrive: they end with their deadline, and there are only so many of them.</summary>
public sealed class SearchDeadlineTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Search_DeadlinePasses_IsGivenUp()
    {
        await using var server = new IndexServer(_data.Path);
        await Eventually.BecomesTrue(async () => (await server.StatsAsync()).Ready);

        using var search = await BeginAsync(server, ("X-Deadline-Ms", "100"));

        var answer = await search.AnswerAsync();
        Assert.StartsWith("HTTP/1.1 504", answer, StringComparison.Ordinal);
        Assert.Contains("urn:imagesearch:deadline-exceeded", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_AsManyAsMayBeInWork_TheNextIsRefused()
    {
        await using var server = new IndexServer(_data.Path, settings: ("Index:MaximumSearches", "2"));
        await Eventually.BecomesTrue(async () => (await server.StatsAsync()).Ready);
        // The third may get a place before the others are in, and the server hangs up on those that stall for long: then all begin again.
        await Eventually.Succeeds(async () =>
        {
            using var first = await BeginAsync(server);
            using var second = await BeginAsync(server);
            using var refused = await BeginAsync(server, ("X-Deadline-Ms", "200"));
            var answer = await refused.AnswerAsync();
            Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
            Assert.Contains("urn:imagesearch:busy", answer, StringComparison.Ordinal);
            Assert.Contains("Retry-After: 1", answer, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health", Token)).StatusCode);
        });

        await Eventually.Succeeds(async () => await server.SearchAsync(Vectors.Unit(8, 1)));
    }

    private static Task<UnfinishedRequest> BeginAsync(IndexServer server, params (string Name, string Value)[] headers) =>
        UnfinishedRequest.SendAsync(server.Http.BaseAddress!, "/search?k=10", [0], 8 * sizeof(float), headers);
}
