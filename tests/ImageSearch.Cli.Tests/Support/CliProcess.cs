using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ImageSearch.Cli.Tests.Support;

/// <summary>The command as it was built, as a process of its own with an environment of its own.</summary>
internal sealed partial class CliProcess : IDisposable
{
    private const int Interrupt = 2;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private CliProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public static CliProcess Start(IEnumerable<string> arguments, IEnumerable<(string Name, string? Value)> environment, string? input = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "imagesearch.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var cli = new CliProcess(process);
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        return cli;
    }

    /// <summary>What Ctrl+C does.</summary>
    public void PressCtrlC()
    {
        if (Kill(_process.Id, Interrupt) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public async Task<CliRun> EndAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return new CliRun(_process.ExitCode, await _output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
