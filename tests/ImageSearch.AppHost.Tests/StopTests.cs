using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ImageSearch.EndToEnd.Tests;
using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests;

/// <summary>The AppHost as a process of its own, the way that <c>dotnet run</c> starts it.</summary>
public sealed partial class StopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task Stop_OfTheAppHost_LeavesNoProcessBehind(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals and /proc are Linux's");
        using var data = new TemporaryDirectory();
        var port = LocalPort.Free();
        var lines = new List<string>();
        using var host = Process.Start(AppHostProcess.StartInfo(["--data", data.Path, "--port", port.ToString(CultureInfo.InvariantCulture)]))!;
        host.OutputDataReceived += (_, line) => Add(line.Data);
        host.ErrorDataReceived += (_, line) => Add(line.Data);
        host.BeginOutputReadLine();
        host.BeginErrorReadLine();
        int[] started = [];
        try
        {
            var begun = Stopwatch.GetTimestamp();
            await Eventually.BecomesTrue(() => Text().Contains($"web is ready: http://localhost:{port}\n", StringComparison.Ordinal), StartDeadline, what: "web is ready, on the console");
            output.WriteLine($"ready after {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
            Assert.Matches(LoginAddress(), Text());
            using (var web = new HttpClient { Timeout = TimeSpan.FromSeconds(30) })
            {
                Assert.True((await web.GetAsync(new Uri($"http://localhost:{port}/health"))).IsSuccessStatusCode);
            }

            var services = SystemProcesses.Of(data.Path);
            Assert.True(services.Count >= 5, $"{services.Count} processes run for this system");
            // DCP, which runs them, detaches itself from the AppHost and watches it.
            started = [.. Processes.WithArguments($"--monitor {host.Id} ").SelectMany(dcp => Processes.DescendantsOf(dcp).Prepend(dcp)).Distinct()];
            Assert.All(services, service => Assert.Contains(service, started));

            using (var kill = Process.Start("kill", ["-" + signal, host.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync();
            }

            var stopped = Stopwatch.GetTimestamp();
            using var deadline = new CancellationTokenSource(StopDeadline);
            await host.WaitForExitAsync(deadline.Token);
            var left = SystemProcesses.Of(data.Path).Count;
            output.WriteLine($"SIG{signal}: the AppHost is gone after {Stopwatch.GetElapsedTime(stopped).TotalSeconds:F1} s, {left} services left");

            // Asked to stop, the AppHost ends its services and then itself; killed, it leaves that to Aspire.
            Assert.True(signal == "KILL" || left == 0, $"{left} services were left when the AppHost had ended");
            await Eventually.BecomesTrue(() => !started.Any(Processes.IsAlive), StopDeadline, what: "no process left");
            output.WriteLine($"{started.Length} processes gone after {Stopwatch.GetElapsedTime(stopped).TotalSeconds:F1} s");
        }
        finally
        {
            if (!host.HasExited)
            {
                host.Kill(entireProcessTree: true);
            }

            foreach (var left in SystemProcesses.Of(data.Path))
            {
                SystemProcesses.Kill(left);
            }

            output.WriteLine(Text());
        }

        void Add(string? line)
        {
            lock (lines)
            {
                lines.Add(line ?? "");
            }
        }

        string Text()
        {
            lock (lines)
            {
                return string.Join('\n', lines) + '\n';
            }
        }
    }

    [GeneratedRegex(@"Login to the dashboard at http://localhost:\d+/login\?t=\w+")]
    private static partial Regex LoginAddress();
}
