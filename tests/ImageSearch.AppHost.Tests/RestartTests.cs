using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using ImageSearch.EndToEnd.Tests;
using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests;

/// <summary>A process that dies comes back at the same address; one that is stopped does not.</summary>
public sealed class RestartTests(RunningApp running) : IClassFixture<RunningApp>
{
    private const string Killed = "ingest-r1";
    private const string Stopped = "index-layout-1";

    private DistributedApplication App => running.App;

    [Fact]
    public async Task Kill_OfAReplica_IsStartedAgainAtTheSameAddress()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals and /proc are Linux's");
        await running.WaitAsync(Killed, KnownResourceStates.Running);
        var address = App.GetEndpoint(Killed);
        var first = Assert.Single(SystemProcesses.Of(running.DataDirectory, Killed));
        var ended = running.WaitAsync(Killed, KnownResourceStates.Finished);

        SystemProcesses.Kill(first);

        await ended;
        await running.WaitAsync(Killed, KnownResourceStates.Running);
        await AnswersAsync(address);
        Assert.NotEqual(first, Assert.Single(SystemProcesses.Of(running.DataDirectory, Killed)));
    }

    [Fact]
    public async Task Stop_ByACommand_StaysStoppedUntilItIsStarted()
    {
        await running.WaitAsync(Stopped, KnownResourceStates.Running);
        var address = App.GetEndpoint(Stopped);

        Assert.True((await App.ResourceCommands.ExecuteCommandAsync(Stopped, KnownResourceCommands.StopCommand)).Success);

        Assert.Empty(SystemProcesses.Of(running.DataDirectory, Stopped));
        var startedAgain = running.WaitAsync(Stopped, KnownResourceStates.Running);
        Assert.NotSame(startedAgain, await Task.WhenAny(startedAgain, Task.Delay(TimeSpan.FromSeconds(3)))); // a restart would come after one second
        Assert.True((await App.ResourceCommands.ExecuteCommandAsync(Stopped, KnownResourceCommands.StartCommand)).Success);
        await startedAgain;
        await AnswersAsync(address);
    }

    private static async Task AnswersAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.BecomesTrue(
            async () =>
            {
                try
                {
                    return (await client.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            RunningApp.Deadline,
            what: $"{address} answers");
    }
}
