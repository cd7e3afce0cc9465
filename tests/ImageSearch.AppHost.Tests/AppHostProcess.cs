using System.Diagnostics;

namespace ImageSearch.AppHost.Tests;

internal static class AppHostProcess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Where the build has put it, with all that it needs; beside a test lies the assembly alone.</summary>
    private static string Assembly => Path.Combine(
        Projects.ImageSearch_AppHost.ProjectPath, "bin", Configuration, "net10.0", "ImageSearch.AppHost.dll");

    /// <summary>Of this build: Debug or Release.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Runs the AppHost for as long as it takes to end by itself.</summary>
    public static Task<(int ExitCode, string Error)> RunAsync(params string[] args) => RunAsync([], args);

    public static async Task<(int ExitCode, string Error)> RunAsync(Dictionary<string, string> environment, string[] args)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var start = StartInfo(args);
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

    /// <summary>With the addresses that <c>dotnet run</c> takes from the launch profile, and the smallest model, unless the arguments name another.</summary>
    public static ProcessStartInfo StartInfo(string[] args) => new("dotnet", ["exec", Assembly, "--model", "layout", .. args])
    {
        WorkingDirectory = Projects.ImageSearch_AppHost.ProjectPath,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["ASPNETCORE_URLS"] = "http://localhost:0",
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:0",
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = "http://localhost:0",
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        },
    };
}
