using System.Globalization;
using System.Text.RegularExpressions;
using ImageSearch.Models;

namespace ImageSearch.Extractor.Tests.Models;

public sealed class LayoutModelTests
{
    [Fact]
    public void Script_RunAgain_MakesTheFileThatShips()
    {
        var made = LayoutModel.Build(out var dimension);
        Assert.Equal(Declarations.LayoutDimension, dimension);
        var ships = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models", "layout.onnx"));
        Assert.True(made.AsSpan().SequenceEqual(ships), "Run dotnet run models/make-layout.cs and commit what it writes.");
    }

    [Fact]
    public void ModelCard_NamesTheFileThatShips()
    {
        var card = File.ReadAllText(Path.Combine(RepositoryRoot(), "models", "README.md"));
        var model = LayoutModel.Build(out var dimension);
        Assert.Contains(Declarations.Sha256(model), card, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{model.Length:N0} bytes"), card, StringComparison.Ordinal);
        Assert.Matches(new Regex($@"N × {dimension} float"), card);
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ImageSearch.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return directory.FullName;
    }
}
