using ImageSearch.Core.Mongo;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Core.Tests.Mongo;

public sealed class ServerClockTests
{
    private readonly FakeTimeProvider _local = new();

    [Fact]
    public void GetUtcNow_ServerNeverAsked_IsTheLocalTime()
    {
        var clock = new ServerClock(_local);
        _local.Advance(TimeSpan.FromHours(1));

        Assert.Equal(_local.GetUtcNow(), clock.GetUtcNow());
    }

    [Fact]
    public void GetUtcNow_ServerIsAhead_GoesOnFromItsTime()
    {
        var clock = new ServerClock(_local);
        var asked = clock.GetTimestamp();
        _local.Advance(TimeSpan.FromSeconds(2));
        clock.Adjust(asked, clock.GetTimestamp(), new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));

        _local.Advance(TimeSpan.FromMinutes(5));

        // The server said so in the middle of the two seconds.
        Assert.Equal(new DateTimeOffset(2040, 1, 1, 0, 5, 1, TimeSpan.Zero), clock.GetUtcNow());
        Assert.Equal(_local.GetTimestamp(), clock.GetTimestamp());
    }
}
