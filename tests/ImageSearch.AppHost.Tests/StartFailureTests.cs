using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests;

/// <summary>What keeps the system from starting ends the start with a sentence that says what to do.</summary>
public sealed class StartFailureTests
{
    [Fact]
    public async Task Port_Taken_EndsTheStartWithOneSentence()
    {
        using var data = new TemporaryDirectory();
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var (exitCode, error) = await AppHostProcess.RunAsync("--data", data.Path, "--port", port);

        Assert.Equal((1, $"Port {port} is in use by another program: end it, or choose another port with --port N. Nothing was started."), (exitCode, error.Trim()));
    }

    [Fact]
    public async Task DataDirectory_ThatIsAFile_EndsTheStartWithOneSentence()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("data");
        await File.WriteAllTextAsync(file, "");

        await AssertDirectoryIsRefusedAsync(file);
    }

    [Fact]
    public Task DataDirectory_ThatCannotBeWritten_EndsTheStartWithOneSentence()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        return AssertDirectoryIsRefusedAsync("/proc/nowhere");
    }

    [Fact]
    public async Task DataDirectory_WhoseDatabaseIsNone_EndsTheStartWithOneSentence()
    {
        using var data = new TemporaryDirectory();
        var file = data.Combine("imagesearch.db");
        await File.WriteAllTextAsync(file, "This was never a database.");

        var (exitCode, error) = await AppHostProcess.RunAsync("--data", data.Path, "--port", LocalPort.Free().ToString(CultureInfo.InvariantCulture));

        Assert.Equal(
            (1, $"{file} is not a database: move it away, restore it from a copy, or choose another directory with --data DIR. Nothing was started."),
            (exitCode, error.Trim()));
    }

    [Fact]
    public async Task DataDirectory_OfAnotherAppHost_EndsTheStartWithOneSentence()
    {
        using var data = new TemporaryDirectory();
        using var other = new DataDirectoryLock();
        Assert.Null(other.Take(data.Path));

        var (exitCode, error) = await AppHostProcess.RunAsync("--data", data.Path, "--port", LocalPort.Free().ToString(CultureInfo.InvariantCulture));

        Assert.Equal(
            (1, $"The data directory {data.Path} is used by another AppHost: end it, or choose another directory with --data DIR. Nothing was started."),
            (exitCode, error.Trim()));
    }

    [Fact]
    public async Task Servers_NothingToRunThemWith_EndsTheStartAndSaysWhatToInstall()
    {
        var (exitCode, error) = await AppHostProcess.RunAsync(new() { ["PATH"] = "/nowhere" }, ["--backend", "servers"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("Nothing was started", error, StringComparison.Ordinal);
        Assert.Contains("apt-get install rabbitmq-server", error, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:rabbitmq", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_MongodTooOldOrEngineThatDoesNotAnswer_AreNotUsed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the programs are shell scripts");
        using var programs = new TemporaryDirectory();
        await WriteProgramAsync(programs.Combine("mongod"), "echo 'db version v4.0.10'");
        await WriteProgramAsync(programs.Combine("docker"), "echo 'Cannot connect to the Docker daemon' >&2; exit 1");

        var (exitCode, error) = await AppHostProcess.RunAsync(new() { ["PATH"] = programs.Path }, ["--backend", "servers"]);

        Assert.Equal(1, exitCode);
        Assert.Contains($"needs MongoDB 4.4 or newer, and {programs.Combine("mongod")} is 4.0.10: start Docker or Podman, install such a mongod", error, StringComparison.Ordinal);
    }

    private static async Task AssertDirectoryIsRefusedAsync(string directory)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync("--data", directory, "--port", LocalPort.Free().ToString(CultureInfo.InvariantCulture));

        Assert.Equal(1, exitCode);
        var sentence = Assert.Single(error.Trim().Split('\n'));
        Assert.StartsWith($"The data directory {directory} cannot be written to (", sentence, StringComparison.Ordinal);
        Assert.EndsWith("make it writable, or choose another with --data DIR. Nothing was started.", sentence, StringComparison.Ordinal);
    }

    private static async Task WriteProgramAsync(string path, string line)
    {
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{line}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
