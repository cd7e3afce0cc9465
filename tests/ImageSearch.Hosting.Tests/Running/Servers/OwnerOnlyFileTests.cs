using ImageSearch.Hosting.Running.Servers;
using ImageSearch.Testing;

namespace ImageSearch.Hosting.Tests.Running.Servers;

public sealed class OwnerOnlyFileTests
{
    [Fact]
    public void ReadOrCreate_ManyAtOnce_AllGetTheSame()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("new", "secret");

        var values = Enumerable.Range(0, 100).AsParallel().WithDegreeOfParallelism(8)
            .Select(i => OwnerOnlyFile.ReadOrCreate(path, () => $"secret {i}")).ToArray();

        Assert.Single(values.Distinct());
        Assert.Equal(values[0], File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Write_OfAnOldFile_ReplacesItAndOnlyTheOwnerReadsIt()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("configuration");
        File.WriteAllText(path, "old");
        Assert.NotEqual(FileModes.OwnersFile, FileModes.Of(path));

        OwnerOnlyFile.Write(path, "new");

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(FileModes.OwnersFile, FileModes.Of(path));
    }
}
