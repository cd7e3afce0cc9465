using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Running.Servers;

namespace ImageSearch.Hosting.Running;

/// <summary>What to execute for a resource, checked before it is tried: the error then names the file and what to do.</summary>
internal sealed class LaunchCommandResolver(LocalServers servers)
{
    public async Task<LaunchCommand> ResolveAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (servers.For(resource) is { } server)
        {
            return await server.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }

        var args = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(new CommandLineArgsCallbackContext(args, cancellationToken)).ConfigureAwait(false);
        }

        string[] arguments = [.. args.Select(a => a.ToString() ?? "")];
        return resource switch
        {
            ProjectResource project => ForProject(project, arguments),
            ExecutableResource executable => new LaunchCommand(FindExecutable(executable), arguments, executable.WorkingDirectory),
            _ => throw new DistributedApplicationException($"'{resource.Name}' ({resource.GetType().Name}) is not supported yet by this host."),
        };
    }

    private static LaunchCommand ForProject(ProjectResource resource, string[] arguments)
    {
        var project = resource.Annotations.OfType<IProjectMetadata>().Last();
        var output = AppHostMetadata.OutputOf(project);
        return output is not null && File.Exists(output)
            ? new LaunchCommand(DotnetHost(), ["exec", output, .. arguments], Path.GetDirectoryName(project.ProjectPath)!)
            : throw new DistributedApplicationException(
                $"'{resource.Name}' has not been built ({output ?? project.ProjectPath}): build the AppHost, which builds it too.");
    }

    // The dotnet that runs this process: <root>/shared/Microsoft.NETCore.App/<version>/ is where its runtime lies.
    private static string DotnetHost()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(dotnet) ? dotnet : "dotnet";
    }

    private static string FindExecutable(ExecutableResource resource)
    {
        var local = Path.GetFullPath(resource.Command, resource.WorkingDirectory);
        return File.Exists(local) ? local : Tool.Find(resource.Command)
            ?? throw new DistributedApplicationException($"'{resource.Name}' needs the command '{resource.Command}', which is not on the PATH.");
    }
}
