using System.Diagnostics;
using Aspire.Hosting;

namespace ImageSearch.AppHost.Tests.Images;

/// <summary>What the images of the services hold, published from the build that is there, as links where the disk can: in seconds.</summary>
public sealed class PublishedServices : IAsyncLifetime
{
    private const string Traversal =
        """
        <Project>
          <Target Name="Publish">
            <MSBuild Projects="@(Service)" Targets="Publish"
                     Properties="NoBuild=true;CreateHardLinksForPublishFilesIfPossible=true;PublishDir=$(Root)%(Service.Filename)/" />
          </Target>
          <ItemGroup><Service Include="$(Services)" /></ItemGroup>
        </Project>
        """;

    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "images");

    private static readonly IProjectMetadata[] Services =
    [
        new Projects.ImageSearch_Web(), new Projects.ImageSearch_Ingest(), new Projects.ImageSearch_Extractor(), new Projects.ImageSearch_Index(),
    ];

    public static string DirectoryOf(string service) => Path.Combine(Root, $"ImageSearch.{service}");

    /// <summary>Runs MSBuild on one project.</summary>
    public static async Task<string> BuildAsync(string project, params string[] arguments)
    {
        string[] all = ["msbuild", project, "-nologo", "-nodeReuse:false", $"-p:Configuration={AppHostProcess.Configuration}", .. arguments];
        using var process = Process.Start(new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    public static string ProjectOf(string service) =>
        Services.Single(project => project.ProjectPath.EndsWith($"{service}.csproj", StringComparison.Ordinal)).ProjectPath;

    public async ValueTask InitializeAsync()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }

        Directory.CreateDirectory(Root);
        var traversal = Path.Combine(Root, "publish.proj");
        await File.WriteAllTextAsync(traversal, Traversal);
        var services = string.Join(';', Services.Select(project => project.ProjectPath));
        await BuildAsync(traversal, "-t:Publish", $"-p:Root={Root}/", $"-p:Services=\"{services}\"");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }
}
