using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>
/// Ten times the searches that the system can carry. How many that is depends on the machine: it is measured first, with as many clients as there
/// are places, of which a second web process has few.
/// </summary>
[Collection(nameof(ReplicatedSystem))]
public sealed class OverloadTests(ReplicatedSystemFixture fixture, ITestOutputHelper output)
{
    private const int Places = 2;
    private const int Times = 10;
    private const long MemoryGrowth = 200_000_000;

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Overloaded = TimeSpan.FromSeconds(8);

    private const int Width = 2400;
    private const int Height = 1800;

    // Four plain fields. Few bytes to send and many pixels to decode: the work is the extractor's, not the network's.
    private static readonly byte[] Heavy = PictureEncoder.Encode(
        [.. Enumerable.Range(0, Width * Height).SelectMany(i => Enumerable.Repeat((byte)((i % Width < Width / 2) == (i < Width * Height / 2) ? 220 : 30), 3))], Width, Height, 3, "pngsave_buffer");

    private sealed record Answer(HttpStatusCode Status, double Milliseconds, TimeSpan? RetryAfter);

    [Fact]
    public async Task Search_TenTimesTheLoad_AcceptedKeepTheirLatencyAndOthersAreRefusedFast()
    {
        Assert.SkipWhen(ReplicatedSystemFixture.IsMissing, "signals and /proc are Linux's");
        await using var web = await AnotherWeb.StartAsync(fixture.System, ("Overload__Searches", $"{Places}"), ("Overload__WaitingSearches", $"{Places}"));
        using var http = new HttpClient { BaseAddress = web.Address, Timeout = TimeSpan.FromSeconds(30) };
        await CarryAsync(http, TimeSpan.FromSeconds(1)); // what takes time once has been done
        var carried = await CarryAsync(http, Measured);
        var rate = carried.Count / Measured.TotalSeconds;
        output.WriteLine($"carries {rate:F0}/s: {Describe(carried)}");
        Assert.All(carried, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        var memory = SystemProcesses.MemoryOf(web.Pid);

        var answers = new ConcurrentBag<Answer>();
        using (var stop = new CancellationTokenSource(Overloaded))
        {
            await OpenLoop.RunAsync(Times * rate, async _ => answers.Add(await SearchAsync(http)), stop.Token);
        }

        var afterwards = await SearchAsync(http);
        var (accepted, refused) = (answers.Where(answer => answer.Status == HttpStatusCode.OK).ToList(), answers.Where(answer => answer.Status == HttpStatusCode.ServiceUnavailable).ToList());
        var growth = SystemProcesses.MemoryOf(web.Pid) - memory;
        output.WriteLine($"{Times * rate:F0}/s: accepted {Describe(accepted)}");
        output.WriteLine($"refused {Describe(refused)}; memory {growth / 1e6:F0} MB more; then {afterwards.Milliseconds:F0} ms");

        Assert.Equal(answers.Count, accepted.Count + refused.Count);
        Assert.All(refused, answer => Assert.True(answer.RetryAfter > TimeSpan.Zero));
        Assert.True(refused.Count > answers.Count / 2, $"{refused.Count} of {answers.Count} were refused: that was no overload");
        Assert.True(accepted.Count > carried.Count / 4, "hardly any was accepted");
        // A full line in front doubles the time; the machine has the refused ones to answer too, and those who ask.
        Assert.True(Percentile(accepted, 95) < (4 * Percentile(carried, 95)) + 300, "those that are accepted take longer");
        Assert.True(Percentile(refused, 50) < 50, "those that are refused wait");
        Assert.True(growth < MemoryGrowth, "memory grows");
        Assert.Equal(HttpStatusCode.OK, afterwards.Status);
        Assert.True(afterwards.Milliseconds < (3 * Percentile(carried, 95)) + 300, "it goes on being slow when the load is over");
    }

    /// <summary>As many clients as there are places, each of which searches again when it is answered.</summary>
    private static async Task<List<Answer>> CarryAsync(HttpClient http, TimeSpan time)
    {
        var answers = new ConcurrentBag<Answer>();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Places).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                answers.Add(await SearchAsync(http));
            }
        }));
        return [.. answers];
    }

    private static async Task<Answer> SearchAsync(HttpClient http)
    {
        var start = Stopwatch.GetTimestamp();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Heavy), "file", "heavy.png" } };
        using var answer = await http.PostAsync($"/api/v1/search?k=3&model={ReplicatedSystemFixture.Model}", form);
        await answer.Content.ReadAsByteArrayAsync();
        return new Answer(answer.StatusCode, Stopwatch.GetElapsedTime(start).TotalMilliseconds, answer.Headers.RetryAfter?.Delta);
    }

    private static double Percentile(IEnumerable<Answer> answers, double percent) => OpenLoop.Percentile(answers.Select(answer => answer.Milliseconds), percent);

    private static string Describe(IReadOnlyCollection<Answer> answers) =>
        $"{answers.Count}: median {Percentile(answers, 50):F1} ms, 95 % {Percentile(answers, 95):F1} ms, 99 % {Percentile(answers, 99):F1} ms";
}
