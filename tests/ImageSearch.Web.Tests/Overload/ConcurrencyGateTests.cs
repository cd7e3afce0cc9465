using System.ComponentModel.DataAnnotations;
using System.Diagnostics.Metrics;
using ImageSearch.ServiceDefaults.Errors;
using ImageSearch.Web.Overload;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageSearch.Web.Tests.Overload;

public sealed class ConcurrencyGateTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Enter_LineDoesNotMove_IsRefusedAfterTheLongestWait()
    {
        using var gate = Gate(1, 1, new OverloadOptions { LongestWait = TimeSpan.FromMilliseconds(50), RetryAfter = TimeSpan.FromSeconds(3) });
        using var place = await gate.EnterAsync(Token);

        var problem = await Assert.ThrowsAsync<ProblemException>(async () => await gate.EnterAsync(Token));

        Assert.Equal(("busy", 503, TimeSpan.FromSeconds(3)), (problem.Slug, problem.Status, problem.RetryAfter));
        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task Enter_PlaceIsLeft_TheFirstInLineTakesIt()
    {
        using var gate = Gate(1, 2, new OverloadOptions());
        var place = await gate.EnterAsync(Token);
        var (first, second) = (gate.EnterAsync(Token).AsTask(), gate.EnterAsync(Token).AsTask());
        Assert.Throws<ProblemException>(gate.ThrowIfFull);

        place.Dispose();

        var next = await first;
        Assert.False(second.IsCompleted);
        gate.ThrowIfFull();
        next.Dispose();
        (await second).Dispose();
        Assert.Equal((0, 0), (gate.InWork, gate.Waiting));
    }

    [Fact]
    public async Task Enter_LineIsNeverEmpty_IsOnlyAsLongAsThereArePlaces()
    {
        using var gate = Gate(1, 10, new OverloadOptions { LongestWait = TimeSpan.FromSeconds(30) });
        var place = await gate.EnterAsync(Token);
        var line = Enumerable.Range(0, 3).Select(_ => gate.EnterAsync(Token).AsTask()).ToArray();

        _clock.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<ProblemException>(async () => await gate.EnterAsync(Token));
        place.Dispose();
        (await line[0]).Dispose();
        (await line[1]).Dispose();
        var last = await line[2];
        var waits = gate.EnterAsync(Token).AsTask(); // one may
        Assert.False(waits.IsCompleted);
        Assert.Throws<ProblemException>(gate.ThrowIfFull);
        last.Dispose();
        (await waits).Dispose();
    }

    [Fact]
    public async Task Enter_LineWasEmptyLately_TakesABurst()
    {
        using var gate = Gate(1, 10, new OverloadOptions { LongestWait = TimeSpan.FromSeconds(30) });
        _clock.Advance(TimeSpan.FromHours(1));

        var all = Enumerable.Range(0, 11).Select(_ => gate.EnterAsync(Token).AsTask()).ToArray();

        foreach (var one in all)
        {
            (await one).Dispose();
        }

        Assert.Equal(0, gate.InWork);
    }

    [Fact]
    public async Task Enter_NoLine_IsRefusedAtOnce()
    {
        using var gate = Gate(1, 0, new OverloadOptions());
        gate.ThrowIfFull();
        using var place = await gate.EnterAsync(Token);

        Assert.Throws<ProblemException>(gate.ThrowIfFull);
        await Assert.ThrowsAsync<ProblemException>(async () => await gate.EnterAsync(Token));
    }

    [Fact]
    public void TryTake_NoRoom_TakesNothing()
    {
        var budget = new ByteBudget(100);

        Assert.True(budget.TryTake(60));
        Assert.False(budget.HasRoom(41));
        Assert.False(budget.TryTake(41));
        Assert.True(budget.TryTake(40));
        budget.GiveBack(40);
        Assert.Equal(60, budget.Taken);
    }

    [Theory]
    [InlineData(nameof(OverloadOptions.Searches), 0)]
    [InlineData(nameof(OverloadOptions.WaitingSearches), -1)]
    [InlineData(nameof(OverloadOptions.SearchBytes), 1000L)]
    [InlineData(nameof(OverloadOptions.Uploads), 0)]
    [InlineData(nameof(OverloadOptions.WaitingUploads), -1)]
    [InlineData(nameof(OverloadOptions.LongestWait), "00:00:00")]
    [InlineData(nameof(OverloadOptions.RetryAfter), "00:00:00.5")]
    public void Options_BadValue_IsNamed(string name, object value)
    {
        var options = new OverloadOptions();
        var property = typeof(OverloadOptions).GetProperty(name)!;
        property.SetValue(options, property.PropertyType == typeof(TimeSpan) ? TimeSpan.Parse((string)value, null) : value);
        var problems = new List<ValidationResult>();

        Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true));

        Assert.Contains($"Overload:{name}", Assert.Single(problems).ErrorMessage, StringComparison.Ordinal);
    }

    private ConcurrencyGate Gate(int places, int waiting, OverloadOptions options) =>
        new("searches", places, waiting, options, new OverloadTelemetry(_services.GetRequiredService<IMeterFactory>()), _clock);
}
