using System.Diagnostics;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>What peers run on: a compiler and a header for hnswlib, Debian's Python for the others.</summary>
internal sealed class PeerPrograms : IDisposable
{
    public const string Python = "/usr/bin/python3";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("imagesearch-peers-");

    public static string PythonPeers => Path.Combine(AppContext.BaseDirectory, "Peers", "python_peers.py");

    public string Hnswlib => Path.Combine(_directory.FullName, "hnswlib_peer");

    /// <summary>Compiles what is to be compiled.</summary>
    /// <returns>Why engines are missing: the beginning of their names, and a sentence.</returns>
    public IReadOnlyList<(string Engines, string Why)> Prepare()
    {
        var missing = new List<(string, string)>();
        if (!Directory.Exists("/usr/include/hnswlib"))
        {
            missing.Add(("hnswlib_", "hnswlib is not installed. Debian: apt-get install libhnswlib-dev g++"));
        }
        else if (Try("g++", ["-std=c++17", "-O3", "-march=native", "-pthread", Path.Combine(AppContext.BaseDirectory, "Peers", "hnswlib_peer.cpp"), "-o", Hnswlib]) is { } compiler)
        {
            missing.Add(("hnswlib_", $"hnswlib did not compile: {compiler}"));
        }

        foreach (var (engines, module, package) in new[] { ("faiss_", "faiss", "python3-faiss"), ("sk_", "sklearn", "python3-sklearn") })
        {
            if (Try(Python, ["-c", $"import numpy, threadpoolctl, {module}"]) is not null)
            {
                missing.Add((engines, $"{module} is not installed. Debian: apt-get install {package}"));
            }
        }

        return missing;
    }

    /// <summary>Whether batches of faiss and scikit-learn multiply matrices as fast as they can.</summary>
    public static bool HasFastMatrices => Try(Python, ["-c", "import numpy, threadpoolctl; assert any(library['user_api'] == 'blas' for library in threadpoolctl.threadpool_info())"]) is null;

    public void Dispose() => _directory.Delete(recursive: true);

    /// <returns>What is wrong, null where nothing is.</returns>
    private static string? Try(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : errors.Split('\n').LastOrDefault(line => line.Length > 0) ?? $"exit code {process.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
