using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ImageSearch.Testing.Servers;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>A second web process beside that of a running system, with the same settings and some more. Linux only.</summary>
internal sealed partial class AnotherWeb : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private AnotherWeb(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int Pid => _process.Id;

    public static async Task<AnotherWeb> StartAsync(RunningSystem system, params (string Key, string Value)[] settings)
    {
        var first = SystemProcesses.Of(system.DataDirectory, "web").Single();
        var command = Encoding.UTF8.GetString(await File.ReadAllBytesAsync($"/proc/{first}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Path.GetFullPath(File.ResolveLinkTarget($"/proc/{first}/cwd", returnFinalTarget: true)!.FullName),
            RedirectStandardOutput = true,
        };
        foreach (var (key, value) in SystemProcesses.EnvironmentOf(first))
        {
            info.Environment[key] = value;
        }

        info.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        info.Environment["OTEL_SERVICE_NAME"] = "another-web";
        foreach (var (key, value) in settings)
        {
            info.Environment[key] = value;
        }

        var process = await TiedProcess.StartAsync(info);
        try
        {
            using var deadline = new CancellationTokenSource(StartDeadline);
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (Listening().Match(line) is { Success: true } match)
                {
                    _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None); // or it would wait for somebody to read on
                    return new AnotherWeb(process, new Uri(match.Value));
                }
            }

            throw new InvalidOperationException("The second web process has ended before it listened.");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"(?<=listening on:? *)http://127\.0\.0\.1:[0-9]+")]
    private static partial Regex Listening();
}
