using System.Diagnostics;
using ImageSearch.Core;
using ImageSearch.Testing;
using ImageSearch.Testing.Pictures;

namespace ImageSearch.Extractor.Tests.Models;

/// <summary>The real process: what an operator sees when a declaration is wrong.</summary>
public sealed class UnusableModelTests
{
    [Theory]
    [InlineData("Model:Sha256", "0000000000000000000000000000000000000000000000000000000000000000", "SHA-256")]
    [InlineData("Model:Dimension", "100", "declared dimension is 100")]
    [InlineData("Model:Source", "models/none.onnx", "does not exist")]
    [InlineData("Model:Input:Width", "0", "Model:Input:Width")]
    [InlineData("Extractor:ExecutionProvider", "Cuda", "Extractor:ExecutionProvider is Cuda, but ")]
    [InlineData("Extractor:ExecutionProvider", "7", "Extractor:ExecutionProvider is Cpu or Cuda.")]
    [InlineData("Extractor:ExecutionProvider", "Tpu", "Extractor:ExecutionProvider")]
    public Task Process_UnusableModel_StopsWithOneClearLine(string key, string value, string message) =>
        AssertStopsAsync([(key, value)], message, ServiceStart.FailedExitCode);

    /// <summary>Whoever looks after it starts it again: the server may answer then.</summary>
    [Fact]
    public Task Process_SourceThatCannotBeReached_StopsWithAnotherExitCode() =>
        AssertStopsAsync(
        [("Model:Source", $"http://127.0.0.1:{LocalPort.Free()}/model.onnx"), ("Model:Sha256", new string('0', 64))], "cannot be fetched from", exitCode: 1);

    /// <summary>Else vectors that cannot be compared would stand side by side.</summary>
    [Fact]
    public async Task Process_DeclarationThatChangedUnderItsVersion_StopsAndSaysWhatHasChanged()
    {
        await using var host = await ExtractorHost.StartAsync(Declarations.Layout());
        var id = await host.AddAsync(GeneratedPicture.Jpeg(1), "layout");
        await Eventually.BecomesTrue(async () => (await host.ExtractionAsync(id))?.State == ImageState.Indexed, TimeSpan.FromSeconds(30), what: "a stored vector");

        await AssertStopsAsync(
            [("Model:Input:Resize", "ShorterSideThenCrop")], "Input:Resize was Stretch, and is ShorterSideThenCrop.", ServiceStart.FailedExitCode, host.DataDirectory);
    }

    private static async Task AssertStopsAsync((string Key, string Value)[] changes, string message, int exitCode, string? dataDirectory = null)
    {
        using var data = new TemporaryDirectory();
        var settings = Declarations.Layout();
        settings["Data:Directory"] = dataDirectory ?? data.Path;
        settings["Urls"] = "http://127.0.0.1:0";
        foreach (var (key, value) in changes)
        {
            settings[key] = value;
        }

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ImageSearch.Extractor.dll"));
        foreach (var (setting, text) in settings)
        {
            start.Environment[setting.Replace(":", "__", StringComparison.Ordinal)] = text;
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        try
        {
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
            await process.WaitForExitAsync(deadline.Token);
            var text = string.Concat(await output);

            Assert.True(exitCode == process.ExitCode, text);
            Assert.Single(text.Split('\n'), line => line.Contains(message, StringComparison.Ordinal));
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
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
