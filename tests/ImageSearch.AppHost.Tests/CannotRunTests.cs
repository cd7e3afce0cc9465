using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageSearch.AppHost.Tests;

/// <summary>A service that ends because its configuration or its data is wrong would end so again: it is not restarted, and the console has its reason.</summary>
public sealed class CannotRunTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Process_ThatEndsWithTheCodeForThat_IsNotStartedAgainAndItsReasonIsSaid(bool endsBeforeItIsWatched)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the program is a shell script");
        using var directory = new TemporaryDirectory();
        using var said = new CollectedLogs();
        using var deadline = new CancellationTokenSource(RunningApp.Deadline);
        // Aspire's tools are found by the AppHost's assembly.
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { AssemblyName = "ImageSearch.AppHost", DisableDashboard = true });
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<ProcessSupervisor>();
        if (!endsBeforeItIsWatched)
        {
            builder.Services.AddHostedService(services => services.GetRequiredService<ProcessSupervisor>());
        }

        builder.Services.AddSingleton<ILoggerProvider>(said);
        builder.AddExecutable("broken", "sh", directory.Path, "-c", "echo run >> runs; echo 'The configuration is wrong: no model.' >&2; exit 78").WithRestarts();
        builder.AddExecutable("crashed", "sh", directory.Path, "-c", "echo run >> crashes; exit 1").WithRestarts();
        await using var app = builder.Build();

        await app.StartAsync(deadline.Token);
        if (endsBeforeItIsWatched)
        {
            await app.ResourceNotifications.WaitForResourceAsync("broken", KnownResourceStates.TerminalStates, deadline.Token);
            await app.ResourceNotifications.WaitForResourceAsync("crashed", KnownResourceStates.TerminalStates, deadline.Token);
            await app.Services.GetRequiredService<ProcessSupervisor>().StartAsync(deadline.Token);
        }

        var supervisor = app.Services.GetRequiredService<ProcessSupervisor>();
        _ = WriteStatesAsync(app, deadline.Token);
        await Eventually.BecomesTrue(
            () => !supervisor.ExecuteTask!.IsFaulted && said.Messages.Any(line => line.EndsWith("cannot run and is not started again: The configuration is wrong: no model.", StringComparison.Ordinal)),
            RunningApp.Deadline,
            what: "the reason is said");
        // The other one, which ended at the same time, has been started twice again meanwhile.
        await Eventually.BecomesTrue(() => Runs("crashes") >= 3, RunningApp.Deadline, what: "the crashed one is started again");
        Assert.Equal(1, Runs("runs"));

        async Task WriteStatesAsync(DistributedApplication watched, CancellationToken cancellationToken)
        {
            await foreach (var update in watched.ResourceNotifications.WatchAsync(cancellationToken))
            {
                output.WriteLine($"{update.ResourceId} {update.Snapshot.State?.Text} {update.Snapshot.ExitCode}; supervisor {supervisor.ExecuteTask?.Status}");
            }
        }

        int Runs(string file) => File.Exists(directory.Combine(file)) ? File.ReadAllLines(directory.Combine(file)).Length : 0;
    }
}
