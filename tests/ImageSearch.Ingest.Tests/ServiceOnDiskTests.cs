using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageSearch.Core;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests;

/// <summary>The service as its own process, on disks as they must not be.</summary>
public sealed partial class ServiceOnDiskTests : IDisposable
{
    private static readonly TimeSpan ForAProcess = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<string> _lines = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("file", "is a file: give Data:Directory")]
    [InlineData("file/below", "cannot be created: create it")]
    [InlineData("garbage", "is damaged or no database: restore it")]
    public async Task Start_DirectoryCannotBeUsed_EndsWithOneSentence(string data, string sentence)
    {
        await File.WriteAllTextAsync(_directory.Combine("file"), "in the way");
        Directory.CreateDirectory(_directory.Combine("garbage"));
        await File.WriteAllBytesAsync(_directory.Combine("garbage", "imagesearch.db"), [.. Enumerable.Range(0, 30_000).Select(i => (byte)(i * 7))]);

        await EndsWithAsync(Program(_directory.Combine(data)), sentence);
    }

    [Fact]
    public async Task Start_DiskReadOnly_EndsWithOneSentence()
    {
        SmallDisk.SkipUnlessPossible();
        await EndsWithAsync(SmallDisk.Inside(_directory.Path, "ro", Program(_directory.Combine("data"))), "cannot be created: create it");
        await EndsWithAsync(SmallDisk.Inside(_directory.Path, "ro", Program(_directory.Path)), "cannot be written to: mount it writable");
    }

    [Fact]
    public async Task Run_DiskBecomesFull_RefusesUploadsUntilThereIsRoomAndLogsOneLine()
    {
        SmallDisk.SkipUnlessPossible();
        using var process = Start(SmallDisk.Inside(_directory.Path, "size=12m", Program(_directory.Path)));
        try
        {
            await Eventually.BecomesTrue(() => _lines.Any(line => Address().IsMatch(line)), ForAProcess);
            using var http = new HttpClient { BaseAddress = new Uri(_lines.Select(line => Address().Match(line)).First(match => match.Success).Groups[1].Value) };
            Assert.Equal(HttpStatusCode.Accepted, await UploadAsync(1));
            var fill = $"/proc/{process.Id}/root{_directory.Combine("fill")}";
            Fill(fill);

            for (var i = 0; i < 20; i++)
            {
                using var form = IngestHost.Form([Png.Create(100 + i, padding: 20_000)]);
                using var response = await http.PostAsync("/images", form);
                await ProblemAssert.IsAsync(response, HttpStatusCode.InsufficientStorage, "storage-full");
                Assert.NotNull(response.Headers.RetryAfter?.Delta);
            }

            var health = JsonDocument.Parse(await http.GetStringAsync("/health")).RootElement;
            Assert.Equal("Degraded", health.GetProperty("status").GetString());
            Assert.Contains("is full", health.GetProperty("checks").GetProperty("storage").GetProperty("description").GetString());
            File.Delete(fill);
            Assert.Equal(HttpStatusCode.Accepted, await UploadAsync(2));
            Assert.Single(_lines, line => line.Contains("is full: free space", StringComparison.Ordinal));
            Assert.DoesNotContain(_lines, line => line.StartsWith("   ", StringComparison.Ordinal) && line.TrimStart().StartsWith("at ", StringComparison.Ordinal));

            async Task<HttpStatusCode> UploadAsync(int picture)
            {
                using var form = IngestHost.Form([Png.Create(picture, padding: 20_000)]);
                using var response = await http.PostAsync("/images", form);
                return response.StatusCode;
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static void Fill(string path)
    {
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var block = new byte[4096];
        try
        {
            for (var at = 0L; ; at += block.Length)
            {
                RandomAccess.Write(file, block, at);
            }
        }
        catch (IOException)
        {
            // full
        }
    }

    private async Task EndsWithAsync(ProcessStartInfo program, string sentence)
    {
        using var process = Start(program);
        using var deadline = new CancellationTokenSource(ForAProcess);
        await process.WaitForExitAsync(deadline.Token);

        Assert.Equal(ServiceStart.FailedExitCode, process.ExitCode);
        var line = Assert.Single(_lines);
        Assert.Contains(sentence, line);
        Assert.Contains(_directory.Path, line);
        _lines.Clear();
    }

    private Process Start(ProcessStartInfo program)
    {
        var process = Process.Start(program)!;
        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Read(object sender, DataReceivedEventArgs line)
        {
            if (!string.IsNullOrEmpty(line.Data))
            {
                _lines.Enqueue(line.Data);
            }
        }
    }

    private static ProcessStartInfo Program(string data)
    {
        var program = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "ImageSearch.Ingest.dll"), "--urls", "http://127.0.0.1:0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in IngestHost.DefaultSettings(data))
        {
            program.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return program;
    }

    [GeneratedRegex(@"Now listening on: (http\S+)")]
    private static partial Regex Address();
}
