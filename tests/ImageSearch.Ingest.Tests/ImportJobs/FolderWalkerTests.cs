using ImageSearch.Ingest.ImportJobs;
using ImageSearch.Testing;

namespace ImageSearch.Ingest.Tests.ImportJobs;

public sealed class FolderWalkerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Walk_BehindEachFile_GivesTheRest()
    {
        Write("a/1.png", "a/b/2.png", "a/b-c/3.png", "a/b.png", "a b/4.png", "a-x.png", "b.png", "b/5.png", "b/c/d/e/6.png", "b0.png", "ä/7.png", "z.png", "Z.png");
        var all = Walk(null);

        Assert.Equal(13, all.Count);
        Assert.All(all.Index(), place => Assert.Equal(all.Skip(place.Index + 1), Walk(place.Item)));
    }

    [Theory]
    [InlineData("b/2.png", "b/3.png|c.png")] // gone: what comes behind its place
    [InlineData("b/4.png", "c.png")]
    [InlineData("b2/1.png", "c.png")] // its folder is gone, too
    [InlineData("b", "b/1.png|b/3.png|c.png")] // was a file, and is a folder now
    [InlineData("a.png/1.png", "a.png|b/1.png|b/3.png|c.png")] // was a folder, and is a file now
    [InlineData("z", "")]
    public void Walk_BehindWhatIsGone_GivesWhatComesAfterItsPlace(string after, string expected)
    {
        Write("a.png", "b/1.png", "b/3.png", "c.png");
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), Walk(after));
    }

    private List<string> Walk(string? after) =>
        [.. FolderWalker.Walk(_directory.Path, after).Select(entry => Path.GetRelativePath(_directory.Path, entry.Path))];

    private void Write(params string[] paths)
    {
        foreach (var path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_directory.Combine(path))!);
            File.WriteAllBytes(_directory.Combine(path), [1]);
        }
    }
}
