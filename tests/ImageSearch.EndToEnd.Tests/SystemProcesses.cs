using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>
/// The processes of one running system, found as an operator would: by what they were started with. Linux only.
/// A process belongs to a system when its environment names the system's data directory.
/// </summary>
internal static partial class SystemProcesses
{
    private const int Sigkill = 9;
    private const int Sigcont = 18;
    private const int Sigstop = 19;

    /// <param name="service">Its processes only: those of all its replicas, or of the one that is named.</param>
    public static List<int> Of(string dataDirectory, string? service = null)
    {
        var isService = new Regex($"^OTEL_SERVICE_NAME={Regex.Escape(service ?? "")}(-r[0-9]+)?$");
        var found = new List<int>();
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (Environment(process.Id) is { } environment
                    && environment.Contains($"Data__Directory={dataDirectory}")
                    && (service is null || environment.Any(isService.IsMatch)))
                {
                    found.Add(process.Id);
                }
            }
        }

        return found;
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public static void Kill(int pid) => Send(pid, Sigkill);

    /// <summary>The process stands still; the system goes on taking connections and what is sent on them for it.</summary>
    public static void Stop(int pid) => Send(pid, Sigstop);

    public static void Continue(int pid) => Send(pid, Sigcont);

    /// <summary>What it was started with, to start another like it.</summary>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(int pid) => Environment(pid)!
        .Select(entry => entry.Split('=', 2)).Where(entry => entry.Length == 2).ToDictionary(entry => entry[0], entry => entry[1]);

    /// <summary>Bytes of it that are in memory.</summary>
    public static long MemoryOf(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.WorkingSet64;
    }

    private static void Send(int pid, int signal)
    {
        if (kill(pid, signal) != 0)
        {
            throw new InvalidOperationException($"kill -{signal} {pid} failed: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    private static HashSet<string>? Environment(int pid)
    {
        try
        {
            return [.. Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/environ")).Split('\0')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // gone, or somebody else's
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
