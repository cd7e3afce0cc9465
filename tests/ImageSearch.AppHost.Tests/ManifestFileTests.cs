using ImageSearch.Testing;

namespace ImageSearch.AppHost.Tests;

public sealed class ManifestFileTests
{
    [Fact]
    public async Task Publisher_WritesTheFileAndStartsNothing()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "new", "manifest.json");

        var (exitCode, error) = await AppHostProcess.RunAsync("--publisher", "manifest", "--output-path", path);

        Assert.Equal((0, ""), (exitCode, error));
        var manifest = await File.ReadAllTextAsync(path);
        Assert.Contains("\"web\": {", manifest, StringComparison.Ordinal);
        Assert.EndsWith("}", manifest, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("manifest")]
    public async Task Publisher_UnknownOrWithoutPath_FailsWithOneLine(string publisher)
    {
        var (exitCode, error) = await AppHostProcess.RunAsync("--publisher", publisher);

        Assert.Equal(1, exitCode);
        Assert.Contains("--output-path <file>", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publisher_ModelsOfThisMachinesFiles_AreRefusedWithWhatToDo()
    {
        string[] model =
        [
            "--Models:0:Name=mine", "--Models:0:Dimension=16", $"--Models:0:Sha256={new string('a', 64)}", "--Models:0:Source=/home/me/mine.onnx",
            "--Models:0:Input:Name=data", "--Models:0:Output:Embedding=out", "--Models:0:Output:Probabilities=p", "--Models:0:Output:Labels=../labels.txt",
        ];

        var (exitCode, error) = await AppHostProcess.RunAsync(["--publisher", "manifest", "--output-path", "/nowhere/manifest.json", .. model]);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            [
                "  - Model 'mine': Source '/home/me/mine.onnx' is a file of this machine, which no pod has. Give an http(s) URL; or copy the file to models/, of which the extractor's image is made, and write models/mine.onnx.",
                "  - Model 'mine': Output:Labels '../labels.txt' is a file of this machine, which no pod has. Give an http(s) URL; or copy the file to models/, of which the extractor's image is made, and write models/labels.txt.",
            ],
            error.TrimEnd().Split('\n')[1..]);
    }
}
