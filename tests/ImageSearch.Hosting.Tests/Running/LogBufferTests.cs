using ImageSearch.Hosting.Running;

namespace ImageSearch.Hosting.Tests.Running;

public sealed class LogBufferTests
{
    [Fact]
    public async Task Read_MoreLinesThanCapacity_GivesTheLast()
    {
        var buffer = new LogBuffer(capacity: 3, TimeProvider.System);
        for (var i = 1; i <= 5; i++)
        {
            buffer.Add($"line {i}", isError: i == 5);
        }

        var lines = await ReadAllAsync(buffer);

        Assert.Equal(["line 3", "line 4", "line 5"], lines.Select(l => l.Text));
        Assert.Equal([3, 4, 5], lines.Select(l => l.Number));
        Assert.Equal([false, false, true], lines.Select(l => l.IsError));
    }

    [Fact]
    public async Task Read_Following_GivesLinesThatComeLater()
    {
        var buffer = new LogBuffer(capacity: 10, TimeProvider.System);
        buffer.Add("before", isError: false);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var seen = new List<string>();

        await foreach (var lines in buffer.ReadAsync(follow: true, deadline.Token))
        {
            seen.AddRange(lines.Select(l => l.Text));
            if (seen.Count == 3)
            {
                break;
            }

            buffer.Add($"after {seen.Count}", isError: false);
        }

        Assert.Equal(["before", "after 1", "after 2"], seen);
    }

    [Fact]
    public async Task Add_EndlessLine_IsCut()
    {
        var buffer = new LogBuffer(capacity: 10, TimeProvider.System);

        buffer.Add(new string('x', 1_000_000), isError: false);

        Assert.Equal(16 * 1024, Assert.Single(await ReadAllAsync(buffer)).Text.Length);
    }

    private static async Task<List<LogLine>> ReadAllAsync(LogBuffer buffer)
    {
        var all = new List<LogLine>();
        await foreach (var lines in buffer.ReadAsync(follow: false, default))
        {
            all.AddRange(lines);
        }

        return all;
    }
}
