using ImageSearch.Testing;
using ImageSearch.Web.Tests.Support;

namespace ImageSearch.Web.Tests.Api;

public sealed class EventDurationTests : ApiTest
{
    protected override (string Key, string? Value)[] Settings => [("Events:MaximumDuration", "00:00:00.300"), ("Events:PollInterval", "00:00:00.020")];

    [Fact]
    public async Task Stream_LastsItsTime_ThenEndsWithoutDone()
    {
        await System.Store.AddAsync(Samples.Image(1), Token);
        await using var events = await EventReader.OpenAsync(Http, $"/api/v1/images/events?ids={Samples.Id(1)}");

        Assert.Empty(await events.RestAsync());
    }
}
