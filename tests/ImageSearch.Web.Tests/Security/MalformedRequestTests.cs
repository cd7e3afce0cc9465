using System.Diagnostics;
using ImageSearch.Testing.Malformed;
using ImageSearch.Testing.Pictures;
using ImageSearch.Web.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Web.Tests.Security;

/// <summary>Alone, because memory is measured, and what other tests hold would count.</summary>
[CollectionDefinition(nameof(MalformedRequestTests), DisableParallelization = true)]
public sealed class MalformedRequestsAlone;

/// <summary>Nothing that a client sends is an error of the service, keeps it busy for good, or stays in its memory.</summary>
[Collection(nameof(MalformedRequestTests))]
public sealed class MalformedRequestTests(ITestOutputHelper output) : ApiTest
{
    private const int Seed = 20261129;
    private const int WarmUp = 1000;

    /// <summary>Of memory, for each request: what is kept of each one shows.</summary>
    private const long MaximumGrowth = 3200;

    [Fact]
    public Task MalformedRequests_EachIsAnsweredAndNothingIsKept() => SendAsync(count: 2500);

    /// <summary>More of them: run with <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public Task TwentyThousandMalformedRequests_EachIsAnsweredAndNothingIsKept() => SendAsync(count: 20_000);

    private async Task SendAsync(int count)
    {
        byte[][] pictures = [GeneratedPicture.Png(1, 32, 32), GeneratedPicture.Png(2, 16, 24), GeneratedPicture.Png(3, 8, 8)];
        foreach (var (picture, i) in pictures.Select((picture, i) => (picture, i)))
        {
            await System.AddAsync(picture, $"{i}.png");
        }

        var calls = Calls.Of(System).Select(call => call.Call).ToList();
        Assert.Contains(new CallTemplate("POST", "/api/v1/search"), calls);
        Assert.Contains(new CallTemplate("POST", "/session"), calls);
        List<CallTemplate> tried = [.. calls.Where(call => !Calls.IsFile(call)), .. calls.Where(Calls.IsFile).Take(1)];
        var requests = new MalformedRequests(
            Seed, tried, [.. pictures.Select(picture => ImageId.Of(picture).ToString()), new string('0', 64), "import1"], pictures);

        var first = new MalformedRun(Http.BaseAddress!);
        await first.SendAsync(requests, WarmUp, Token);
        List<string> errors = [.. Errors()];
        var run = new MalformedRun(Http.BaseAddress!);
        var started = Stopwatch.GetTimestamp();
        // What is kept of each request grows with both halves. What grows with one of them is something else: a buffer, a compiled method.
        var growth = long.MaxValue;
        for (var half = 0; half < 2; half++)
        {
            var before = Settle();
            await run.SendAsync(requests, count / 2, Token);
            errors.AddRange(Errors());
            growth = Math.Min(growth, Settle() - before);
        }

        var took = Stopwatch.GetElapsedTime(started);

        // They take turns.
        Assert.InRange(count / tried.Count, 30, int.MaxValue);
        output.WriteLine($"{tried.Count} calls; {run}; {took.TotalSeconds:0.0} s; memory grew by {growth:N0} bytes in a half");
        errors.Take(10).ToList().ForEach(error => output.WriteLine(error[..Math.Min(error.Length, 600)]));
        Assert.Empty(first.Faults.Concat(run.Faults));
        Assert.Empty(errors);
        Assert.True(growth < MaximumGrowth * count / 2, $"Memory grew by {growth:N0} bytes over {count / 2:N0} requests, twice.");
        Assert.Equal("Healthy", (string?)(await JsonAsync(await Http.GetAsync("/health", Token)))["status"]);
        await JsonAsync(await Http.PostAsync("/api/v1/search", Form(pictures[0]), Token));
    }

    private IEnumerable<string> Errors() => System.Log.Lines.Where(line => line.Level >= LogLevel.Error).Select(line => line.Text);

    // The stand-ins for other services keep what they were asked, for other tests' sake.
    private long Settle()
    {
        System.Log.Lines.Clear();
        System.Extractor.Bodies.Clear();
        System.OtherExtractor.Bodies.Clear();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
