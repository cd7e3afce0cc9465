using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Running;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Hosting.Dashboard;

/// <summary>Runs the real Aspire dashboard, which npm carries, beside the application.</summary>
internal sealed class DashboardHost(
    DashboardOptions options, AppHostMetadata appHost, PortAllocator ports, ResourceNotificationService notifications, ILogger<DashboardHost> logger)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    // Nothing about the machine leaves it because somebody runs a search engine.
    private static readonly Dictionary<string, string> Environment = CreateEnvironment();

    private readonly string _browserToken = NewKey();
    private readonly string _otlpKey = NewKey();
    private string? _executable;
    private string _frontendUrl = "";
    private string _otlpGrpcUrl = "";
    private string _otlpHttpUrl = "";
    private Task _run = Task.CompletedTask;

    /// <summary>Chooses addresses; returns where processes send telemetry, or null when there will be no dashboard.</summary>
    public OtlpTarget? Prepare()
    {
        if (!options.Enabled)
        {
            return null;
        }

        _executable = Find(appHost.Directory);
        if (_executable is null)
        {
            Log.DashboardUnavailable(logger, "it is not installed below node_modules; 'npm ci' restores it where it exists for this platform.");
            return null;
        }

        _frontendUrl = Url(options.Port ?? ports.Allocate());
        _otlpGrpcUrl = Url(ports.Allocate());
        _otlpHttpUrl = Url(ports.Allocate());
        return new OtlpTarget(_otlpGrpcUrl, _otlpKey);
    }

    public void Start(IReadOnlyList<Replica> replicas, CancellationToken stopping)
    {
        if (_executable is not null)
        {
            _run = Task.Run(() => RunAsync(_executable, replicas, stopping), CancellationToken.None);
        }
    }

    public Task StopAsync() => _run;

    private async Task RunAsync(string executable, IReadOnlyList<Replica> replicas, CancellationToken stopping)
    {
        var configuration = Path.GetTempFileName();
        var output = new LogBuffer(capacity: 20, TimeProvider.System);
        try
        {
            var resourceKey = NewKey();
            var service = new ResourceService(appHost.ApplicationName, notifications, replicas);
            await using var server = await ResourceServer.StartAsync(service, resourceKey, stopping).ConfigureAwait(false);
            await File.WriteAllTextAsync(configuration, Configuration(server.Url, resourceKey), stopping).ConfigureAwait(false);
            var command = Command(executable, configuration);
            using var process = await ChildProcess.StartAsync(command, Environment, (l, e) => output.Add(l, e)).ConfigureAwait(false);
            var exited = process.WaitForExitAsync(stopping);
            try
            {
                await WaitUntilReadyAsync(exited, stopping).ConfigureAwait(false);
                Log.DashboardReady(logger, $"{_frontendUrl}/login?t={_browserToken}");
                var exitCode = await exited.ConfigureAwait(false);
                throw new InvalidOperationException($"it ended with exit code {exitCode}.");
            }
            finally
            {
                await process.StopAsync(StopTimeout).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The application stops, and its dashboard with it.
        }
        catch (Exception e)
        {
            Log.DashboardUnavailable(logger, await WithLastLinesAsync(e.Message, output).ConfigureAwait(false));
        }
        finally
        {
            File.Delete(configuration);
        }
    }

    private static Dictionary<string, string> CreateEnvironment()
    {
        var environment = new Dictionary<string, string> { ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true", ["DOTNET_NOLOGO"] = "true" };
        if (System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile).Length == 0)
        {
            // A user without a home, as in many containers: it unpacks itself below one, and fails on an empty path.
            environment["HOME"] = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "imagesearch-dashboard")).FullName;
        }

        return environment;
    }

    private async Task WaitUntilReadyAsync(Task<int> exited, CancellationToken stopping)
    {
        using var client = new HttpClient { Timeout = PollEvery * 8 };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(options.StartTimeout);
        while (!exited.IsCompleted)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(_frontendUrl), deadline.Token).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !deadline.IsCancellationRequested)
            {
                await Task.WhenAny(exited, Task.Delay(PollEvery, deadline.Token)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                throw new TimeoutException($"it did not answer within {options.StartTimeout.TotalSeconds:0} s.");
            }
        }
    }

    private LaunchCommand Command(string executable, string configuration) => new(
        executable,
        [
            "dashboard", "run", "--nologo", "--non-interactive",
            "--frontend-url", _frontendUrl,
            "--otlp-grpc-url", _otlpGrpcUrl,
            "--otlp-http-url", _otlpHttpUrl,
            "--config-file-path", configuration,
        ],
        appHost.Directory);

    private string Configuration(string resourceServiceUrl, string resourceServiceKey) => JsonSerializer.Serialize(new
    {
        Dashboard = new
        {
            appHost.ApplicationName,
            Frontend = new { AuthMode = "BrowserToken", BrowserToken = _browserToken },
            Otlp = new { AuthMode = "ApiKey", PrimaryApiKey = _otlpKey },
            ResourceServiceClient = new { Url = resourceServiceUrl, AuthMode = "ApiKey", ApiKey = resourceServiceKey },
        },
    });

    private static async Task<string> WithLastLinesAsync(string message, LogBuffer output)
    {
        await foreach (var lines in output.ReadAsync(follow: false, CancellationToken.None).ConfigureAwait(false))
        {
            return $"{message} {string.Join(' ', lines.Select(l => l.Text.Trim()))}";
        }

        return message;
    }

    private static string? Find(string directory)
    {
        var os = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var file = OperatingSystem.IsWindows() ? "aspire.exe" : "aspire";
        var relative = Path.Combine("node_modules", "@microsoft", $"aspire-cli-{os}-{architecture}", "bin", file);
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, relative);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");

    private static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
