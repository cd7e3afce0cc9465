using System.Diagnostics;

namespace ImageSearch.Hosting.Tests.AppHost;

internal static class AppHostProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs the AppHost for as long as it takes to end by itself.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(params string[] args)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Projects.ImageSearch_AppHost).Assembly.Location, "--Dashboard:Enabled=false", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
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
