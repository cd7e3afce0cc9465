using System.Diagnostics;

namespace ImageSearch.AppHost.Tests;

internal static class AppHostProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Where the build has put it, with all that it needs; beside a test lies the assembly alone.</summary>
    private static string Assembly => Path.Combine(
        Projects.ImageSearch_AppHost.ProjectPath, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "ImageSearch.AppHost.dll");

    /// <summary>Runs the AppHost for as long as it takes to end by itself.</summary>
    public static Task<(int ExitCode, string Error)> RunAsync(params string[] args) => RunAsync([], args);

    public static async Task<(int ExitCode, string Error)> RunAsync(Dictionary<string, string> environment, string[] args)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var start = new ProcessStartInfo("dotnet", ["exec", Assembly, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            var error = await process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
