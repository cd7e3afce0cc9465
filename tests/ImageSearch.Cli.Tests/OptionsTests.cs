using System.Net;
using System.Net.Sockets;
using ImageSearch.Cli.Tests.Support;

namespace ImageSearch.Cli.Tests;

public sealed class OptionsTests : CliTest
{
    [Fact]
    public async Task WithoutArguments_HelpIsShown()
    {
        var run = await RunAsync();

        Assert.True(run.ExitCode == 0, run.ToString());
        foreach (var command in new[] { "import", "search", "status", "failures", "retry", "discard", "tag", "delete", "imports", "keys" })
        {
            Assert.Contains($"  {command} ", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Key_IsNeverShown()
    {
        var help = await RunAsync(["search", "--help"], [("IMAGESEARCH_API_KEY", "isk_my_secret")]);
        var list = await RunAsync(["list"], [("IMAGESEARCH_API_KEY", "isk_my_secret")]);
        var wrong = await RunAsync("list", "--api-key", "isk_my secret");

        Assert.DoesNotContain("isk_my", help + "" + list + wrong, StringComparison.Ordinal);
        Assert.Equal((0, 2), (list.ExitCode, wrong.ExitCode));
    }

    [Fact]
    public async Task NobodyThere_IsSaidInOneSentenceWithWhatToDo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();

        var run = await RunAsync("list", "--server", address);

        Assert.True(run.ExitCode == 1, run.ToString());
        Assert.StartsWith($"Nothing answers at {address}", run.Error, StringComparison.Ordinal);
        Assert.Contains("--server", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatIsNoAddress_IsRefused()
    {
        var run = await RunAsync("list", "--server", "localhost:8080");

        Assert.True(run.ExitCode == 2, run.ToString());
        Assert.Contains("'localhost:8080' is not", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlC_EndsACommandWithOneWord()
    {
        System.Shards[0].Hang();
        System.Shards[1].Hang();
        await AddAsync(1, "cat.png");
        using var process = Start("search", IdOf(1));
        await ImageSearch.Testing.Eventually.BecomesTrue(
            () => System.Shards[0].Requests.Any(request => request.Contains("/search", StringComparison.Ordinal)), cancellationToken: Token);

        process.PressCtrlC();

        var run = await process.EndAsync();
        Assert.Equal((130, "", "Stopped.\n"), (run.ExitCode, run.Output, run.Error));
    }
}
