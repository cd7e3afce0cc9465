using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace ImageSearch.Hosting.Tests.Running;

public sealed class LifecycleTests
{
    [Fact]
    public async Task Crash_OfAService_IsShownAndTheServiceComesBack()
    {
        await using var app = await SampleApp.StartAsync(Web);
        var first = SampleApp.ProcessId(await app.WaitUntilHealthyAsync("web"));
        var crashed = app.WaitForAsync("web", s => s.State is { Text: "Exited", Style: "error" } && s.ExitCode == 3);

        using var client = app.App.CreateHttpClient("web");
        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(new Uri("/crash?code=3", UriKind.Relative), null));

        await crashed;
        var again = await app.WaitForAsync("web", s => s.HealthStatus is not null && s.ExitCode is null);
        Assert.NotEqual(first, SampleApp.ProcessId(again));
        await app.WaitUntilHealthyAsync("web");
        await SampleApp.WaitForLineAsync(app.Replica("web"), "ended with exit code 3; starting again in 0.05 s");
    }

    [Fact]
    public async Task Kill_OfAService_IsACrash()
    {
        await using var app = await SampleApp.StartAsync(Web);
        var first = await app.WaitUntilHealthyAsync("web");

        using (var process = Process.GetProcessById(SampleApp.ProcessId(first)))
        {
            process.Kill();
        }

        await app.WaitForAsync("web", s => s.HealthStatus is not null && s.StartTimeStamp > first.Snapshot.StartTimeStamp);
        await app.WaitUntilHealthyAsync("web");
    }

    [Fact]
    public async Task Crash_AtEveryStart_BacksOff()
    {
        await using var app = await SampleApp.StartAsync(
            builder => builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null)
                .WithHttpEndpoint().WithEnvironment("SAMPLE_EXIT_CODE", "7"),
            options => options.BackOffFirst = TimeSpan.FromMilliseconds(10));

        await SampleApp.WaitForLineAsync(app.Replica("web"), "ended with exit code 7; starting again in 0.01 s");
        await SampleApp.WaitForLineAsync(app.Replica("web"), "ended with exit code 7; starting again in 0.02 s");
        await SampleApp.WaitForLineAsync(app.Replica("web"), "ended with exit code 7; starting again in 0.04 s");
        await SampleApp.WaitForLineAsync(app.Replica("web"), "ending at once");
    }

    [Fact]
    public async Task Stop_OfTheApplication_LetsProcessesEndInOrder()
    {
        var app = await SampleApp.StartAsync(Web);
        var process = SampleApp.ProcessId(await app.WaitUntilHealthyAsync("web"));
        var replica = app.Replica("web");

        await app.App.StopAsync();

        Assert.False(Processes.IsAlive(process));
        await SampleApp.WaitForLineAsync(replica, "stopped in order");
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Stop_OfAProcessThatIgnoresSigterm_KillsIt()
    {
        var app = await SampleApp.StartAsync(
            builder =>
            {
                Web(builder);
                builder.CreateResourceBuilder((ProjectResource)builder.Resources.Single()).WithEnvironment("SAMPLE_IGNORE_SIGTERM", "yes");
            },
            options => options.StopTimeout = TimeSpan.FromMilliseconds(300));
        var process = SampleApp.ProcessId(await app.WaitUntilHealthyAsync("web"));

        await app.DisposeAsync();

        Assert.False(Processes.IsAlive(process));
    }

    [Fact]
    public async Task StopStartRestart_OfOneReplica_DoWhatTheySay()
    {
        await using var app = await SampleApp.StartAsync(Web);
        var replica = app.Replica("web");
        var first = SampleApp.ProcessId(await app.WaitUntilHealthyAsync("web"));

        await replica.StopAsync(default);
        Assert.False(Processes.IsAlive(first));
        Assert.True(app.App.ResourceNotifications.TryGetCurrentState("web", out var stopped));
        Assert.Equal(new ResourceStateSnapshot("Exited", null), stopped.Snapshot.State);

        await replica.StartAsync(default);
        var second = SampleApp.ProcessId(await app.WaitUntilHealthyAsync("web"));
        Assert.NotEqual(first, second);

        await replica.RestartAsync(default);
        Assert.False(Processes.IsAlive(second));
        Assert.NotEqual(second, SampleApp.ProcessId(await app.WaitUntilHealthyAsync("web")));
    }

    [Fact]
    public async Task KillMinusNine_OfTheAppHost_LeavesNoChild()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Projects.ImageSearch_Hosting_SampleAppHost).Assembly.Location, "--Dashboard:Enabled=false", "--children=true"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        using var appHost = Process.Start(start)!;
        var children = new List<int>();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (children.Count < 2 && await appHost.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Split("pid=") is [_, var pid])
            {
                children.Add(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        Assert.Equal(2, children.Count);
        Assert.All(children, child => Assert.True(Processes.IsAlive(child)));
        appHost.Kill(entireProcessTree: false);

        foreach (var child in children)
        {
            await Processes.WaitUntilGoneAsync(child);
        }
    }

    private static void Web(IDistributedApplicationBuilder builder) =>
        builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null)
            .WithHttpEndpoint().WithHttpHealthCheck("/health");
}
