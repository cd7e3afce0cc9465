using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ImageSearch.Hosting.Running;

/// <summary>A running child: its output line by line, its end, and an orderly stop.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int SigTerm = 15;

    // What a grandchild that outlives the child may still hold the pipe open for.
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Task _output;

    private ChildProcess(Process process, Action<string, bool> onLine)
    {
        _process = process;
        process.StandardInput.Close();
        _output = Task.WhenAll(PumpAsync(process.StandardOutput, false, onLine), PumpAsync(process.StandardError, true, onLine));
    }

    public int Id => _process.Id;

    public static async Task<ChildProcess> StartAsync(
        LaunchCommand command, IReadOnlyDictionary<string, string> environment, Action<string, bool> onLine) =>
        new(await ProcessSpawner.StartAsync(command, environment).ConfigureAwait(false), onLine);

    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAny(_output, Task.Delay(OutputGrace, CancellationToken.None)).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM; SIGKILL, children included, for what is left after the timeout.</summary>
    public async Task<int> StopAsync(TimeSpan timeout)
    {
        if (OperatingSystem.IsWindows())
        {
            _process.Kill(entireProcessTree: true);
        }
        else if (!_process.HasExited)
        {
            _ = kill(_process.Id, SigTerm);
        }

        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            return await WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            return await WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    public void Dispose() => _process.Dispose();

    private static async Task PumpAsync(StreamReader reader, bool isError, Action<string, bool> onLine)
    {
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                onLine(line, isError);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe went with the process.
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
