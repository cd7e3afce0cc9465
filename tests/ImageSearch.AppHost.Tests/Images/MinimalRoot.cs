using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests.Images;

/// <summary>
/// Runs programs as a pod would from the chiselled image: in a root file system that has the C and C++ libraries, OpenSSL, ICU and the .NET
/// runtime and nothing else, read-only but for /tmp and /data, as user 1654, who can become nobody else.
/// Each has mounts and processes of its own; the network is this machine's.
/// </summary>
internal sealed class MinimalRoot : IDisposable
{
    private const string Runtime = "/usr/share/dotnet";
    private const string Loader = "/lib64/ld-linux-x86-64.so.2";

    private const string Script =
        """
        set -e
        root=$1 runtime=$2 app=$3 data=$4 hook=$5; shift 5
        chmod 755 "$root"; chmod 777 "$data"
        mount --bind "$root" "$root"
        mount --bind "$runtime/host" "$root/usr/share/dotnet/host"
        mount --bind "$runtime/shared" "$root/usr/share/dotnet/shared"
        mount --bind "$app" "$root/app"
        mount --bind "$data" "$root/data"
        [ -z "$hook" ] || mount --bind "$hook" "$root/hook.dll"
        for device in null zero random urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o size=256m,mode=1777 tmpfs "$root/tmp"
        for directory in . usr/share/dotnet/host usr/share/dotnet/shared app; do mount -o remount,bind,ro "$root/$directory"; done
        # When whoever reads the output is gone, so is the end of this pipe: nothing here outlives it.
        exec 3<&0
        { cat <&3 >/dev/null; kill -9 -1; } &
        setpriv --no-new-privs "$@" </dev/null
        exit $?
        """;

    private static readonly string[] Libraries =
    [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libnss_dns.so.2", "libnss_files.so.2",
        "libgcc_s.so.1", "libstdc++.so.6", "libssl.so.3", "libcrypto.so.3", "libicudata.so.??", "libicui18n.so.??", "libicuuc.so.??",
    ];

    private readonly TemporaryDirectory _root = new();
    private readonly TemporaryDirectory _data = new();

    // The folder of the runtime that runs this: …/shared/Microsoft.NETCore.App/VERSION.
    private readonly string _runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <param name="hosts">The addresses that it knows, as /etc/hosts has them; a name may have several.</param>
    public MinimalRoot(string hosts = "")
    {
        const string System = "/lib/x86_64-linux-gnu";
        string[] directories =
            ["app", "data", "dev", "etc", "lib64", System[1..], "proc", "tmp", $"{Runtime[1..]}/host", $"{Runtime[1..]}/shared"];
        foreach (var directory in directories)
        {
            Directory.CreateDirectory(_root.Combine(directory));
        }

        foreach (var file in Libraries.SelectMany(name => Directory.GetFiles(System, name)))
        {
            File.Copy(file, _root.Combine(file[1..]));
        }

        File.Copy(Loader, _root.Combine(Loader[1..]));
        File.Copy(Path.Combine(_runtime, "dotnet"), _root.Combine($"{Runtime[1..]}/dotnet"));
        File.WriteAllText(_root.Combine("etc/passwd"), "root:x:0:0:root:/root:/bin/false\napp:x:1654:1654::/home/app:/bin/false\n");
        File.WriteAllText(_root.Combine("etc/hosts"), hosts);
        File.WriteAllText(_root.Combine("etc/host.conf"), "multi on\n");
        foreach (var mountPoint in (string[])["hook.dll", "dev/null", "dev/zero", "dev/random", "dev/urandom"])
        {
            File.WriteAllText(_root.Combine(mountPoint), "");
        }
    }

    /// <summary>Skips the test, with the reason, where such a root cannot be made.</summary>
    public static async Task SkipUnlessPossibleAsync()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
                && RuntimeInformation.OSArchitecture == Architecture.X64 && File.Exists(Loader),
            "Making a root file system takes root, on Linux for x64 with glibc.");
        using var root = new MinimalRoot();
        Assert.SkipUnless(
            Directory.GetFiles(root._root.Combine("lib/x86_64-linux-gnu")).Length >= Libraries.Length,
            "ICU or OpenSSL is not installed where Debian has it.");
        using var process = root.Start(root._data.Path, Loader, ["--version"], []);
        var error = await process.EndAsync();
        Assert.SkipUnless(process.ExitCode == 0, $"This machine allows no namespaces and mounts of one's own: {error}");
    }

    /// <summary>The libraries that a native library asks for and does not find there.</summary>
    public async Task<string[]> MissingLibrariesAsync(string directory, string library)
    {
        using var process = Start(directory, Loader, ["--list", $"/app/{library}"], []);
        var output = await process.EndAsync();
        Assert.True(process.ExitCode == 0 && output.Contains("libc.so.6 =>", StringComparison.Ordinal), output);
        return [.. output.Split('\n').Where(line => line.Contains("not found", StringComparison.Ordinal))];
    }

    /// <param name="directory">What was published.</param>
    /// <param name="environment">All that the service is told.</param>
    public RootProcess StartService(string directory, string assembly, Dictionary<string, string> environment) =>
        Start(directory, $"{Runtime}/dotnet", [$"/app/{assembly}.dll"], environment);

    public void Dispose()
    {
        _root.Dispose();
        _data.Dispose();
    }

    private RootProcess Start(string directory, string program, string[] arguments, Dictionary<string, string> environment)
    {
        const string Hooks = "DOTNET_STARTUP_HOOKS";
        // A shell would drop variables whose names have hyphens.
        string[] command =
        [
            "env", "-i", .. environment.Select(variable => $"{variable.Key}={(variable.Key == Hooks ? "/hook.dll" : variable.Value)}"),
            "/usr/sbin/chroot", "--userspec=1654:1654", "--groups=1654", _root.Path, program, .. arguments,
        ];
        var start = new ProcessStartInfo(
            "unshare",
            [
                "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", Script, "sh", _root.Path, _runtime, directory, _data.Path,
                environment.GetValueOrDefault(Hooks, ""), .. command,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new RootProcess(start);
    }
}

/// <summary>A program in a <see cref="MinimalRoot"/>; it ends with this object.</summary>
internal sealed class RootProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];

    public RootProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>What it printed so far.</summary>
    public string Output => new StringBuilder().AppendJoin('\n', _output).ToString();

    public async Task<string> EndAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return Output;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(Deadline);
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            _output.Enqueue(text);
        }
    }
}
