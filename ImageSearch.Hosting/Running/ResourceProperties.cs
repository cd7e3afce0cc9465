using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace ImageSearch.Hosting.Running;

/// <summary>The properties of a process under the names by which Aspire's dashboard knows them.</summary>
internal static class ResourceProperties
{
    public const string ProcessId = "executable.pid";

    public static ImmutableArray<ResourcePropertySnapshot> Of(IResource resource, LaunchCommand command, int? processId, int restarts, int? exitCode)
    {
        List<ResourcePropertySnapshot> properties =
        [
            new("executable.path", command.FileName),
            new("executable.workDir", command.WorkingDirectory),
            new("executable.args", command.Arguments),
            new("Restarts", restarts),
        ];
        if (resource.Annotations.OfType<IProjectMetadata>().LastOrDefault() is { } project)
        {
            properties.Add(new("project.path", project.ProjectPath));
        }

        if (processId is not null)
        {
            properties.Add(new(ProcessId, processId));
        }

        if (exitCode is not null)
        {
            properties.Add(new("resource.exitCode", exitCode));
        }

        return [.. properties];
    }
}
