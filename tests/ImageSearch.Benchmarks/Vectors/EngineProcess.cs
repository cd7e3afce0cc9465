using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ImageSearch.Benchmarks.Vectors;

/// <summary>An engine in a process of its own, so that its memory and its threads are its own (<see cref="EngineProtocol"/>).</summary>
internal sealed class EngineProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(10);

    private const string TaskSet = "/usr/bin/taskset";

    private readonly Process _process;
    private int _processors = Environment.ProcessorCount;

    public EngineProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        // As the index server runs.
        start.Environment["DOTNET_gcServer"] = "1";
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
    }

    /// <exception cref="IOException">The engine has ended: its module is missing, or it failed and has said why on the error output.</exception>
    public async Task<JsonNode> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return JsonNode.Parse(answer ?? throw new IOException($"The engine ended on \"{command}\"."))!;
    }

    /// <summary>Lets all of its threads share so many processors: for one that cannot be told otherwise to use fewer threads than it was built with.</summary>
    public void Confine(int processors)
    {
        if (_processors != processors && File.Exists(TaskSet))
        {
            using var taskSet = Process.Start(new ProcessStartInfo(TaskSet, ["-a", "-p", "-c", $"0-{processors - 1}", $"{_process.Id}"]) { RedirectStandardOutput = true })!;
            taskSet.WaitForExit();
            _processors = processors;
        }
    }

    public void Dispose()
    {
        // It ends with its input, and takes its files along.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Leaving))
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}
