using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace ImageSearch.Hosting.Running.Servers;

/// <summary>
/// Directories that stand for containers' volumes: below <c>Volumes:Directory</c> by the volume's name. What has no volume, or no such
/// setting, is kept as long as the application runs, as in a container.
/// </summary>
internal sealed class Volumes(IConfiguration configuration) : IDisposable
{
    public const string DirectoryKey = "Volumes:Directory";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lazy<string> _temporary = new(() => Directory.CreateTempSubdirectory("imagesearch-volumes-").FullName);

    /// <summary>The directory for what the container mounts at <paramref name="target"/>; created, for its owner only.</summary>
    public string DirectoryOf(ContainerResource container, string target)
    {
        var mount = container.Annotations.OfType<ContainerMountAnnotation>().LastOrDefault(m => m.Target == target);
        var directory = mount switch
        {
            { Type: ContainerMountType.BindMount, Source: { } source } => source,
            { Source: { } name } => Path.Combine(configuration[DirectoryKey] ?? _temporary.Value, name),
            _ => Path.Combine(_temporary.Value, container.Name),
        };
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(directory).FullName
            : Directory.CreateDirectory(directory, OwnerOnly).FullName;
    }

    public void Dispose()
    {
        if (_temporary.IsValueCreated)
        {
            Directory.Delete(_temporary.Value, recursive: true);
        }
    }
}
