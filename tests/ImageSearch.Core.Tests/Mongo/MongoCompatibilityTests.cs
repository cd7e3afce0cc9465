namespace ImageSearch.Core.Tests.Mongo;

/// <summary>What lets tests use an old mongod must not reach users.</summary>
public sealed class MongoCompatibilityTests
{
    [Fact]
    public void ProjectsOfTheProduct_DoNotReferToIt()
    {
        var root = Ancestors().First(folder => File.Exists(Path.Combine(folder, "ImageSearch.sln")));
        var projects = Directory.GetDirectories(root, "ImageSearch.*").SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).ToList();

        Assert.Contains(projects, project => Path.GetFileName(project) == "ImageSearch.Core.csproj");
        Assert.All(
            projects.Concat(Directory.GetFiles(root, "Directory.*.*")),
            file => Assert.DoesNotContain("MongoCompatibility", File.ReadAllText(file), StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Ancestors()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
