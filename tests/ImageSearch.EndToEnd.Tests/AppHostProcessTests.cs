using System.Diagnostics;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The AppHost as a process of its own, the way that <c>dotnet run</c> starts it.</summary>
public sealed class AppHostProcessTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("KILL")]
    [InlineData("INT")]
    public async Task Stop_OfTheAppHost_LeavesNoProcessBehind(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals and /proc are Linux's");
        using var data = new TemporaryDirectory();
        var port = FreePort();
        using var host = Start(data.Path, port);
        try
        {
            using var web = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}"), Timeout = TimeSpan.FromSeconds(5) };
            await Eventually.BecomesTrue(
                async () =>
                {
                    try
                    {
                        return (await web.GetAsync("/health")).IsSuccessStatusCode;
                    }
                    catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                    {
                        return false;
                    }
                },
                TimeSpan.FromSeconds(90),
                what: "web healthy");
            var children = SystemProcesses.Of(data.Path);
            Assert.True(children.Count >= 5, $"{children.Count} processes run for this system");

            using (var kill = Process.Start("kill", ["-" + signal, host.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync();
            }

            var started = Stopwatch.GetTimestamp();
            await Eventually.BecomesTrue(() => Task.FromResult(SystemProcesses.Of(data.Path).Count == 0), TimeSpan.FromSeconds(30), what: "no process left");
            output.WriteLine($"SIG{signal}: {children.Count} processes gone after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
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
        }
    }

    private Process Start(string data, int port)
    {
        var start = new ProcessStartInfo("dotnet", [AppHostAssembly(), "--data", data, "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var host = Process.Start(start)!;
        host.OutputDataReceived += (_, line) => Write(line.Data);
        host.ErrorDataReceived += (_, line) => Write(line.Data);
        host.BeginOutputReadLine();
        host.BeginErrorReadLine();
        return host;
    }

    private void Write(string? line)
    {
        if (line is not null)
        {
            try
            {
                output.WriteLine(line);
            }
            catch (InvalidOperationException)
            {
                // The test is over; the last lines of a dying host are of no interest.
            }
        }
    }

    private static string AppHostAssembly() => Path.Combine(
        Projects.ImageSearch_AppHost.ProjectPath,
        "bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        "net10.0",
        "ImageSearch.AppHost.dll");

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
