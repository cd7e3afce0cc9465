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
}
