using System.Reflection;

namespace Aspire.Hosting;

/// <summary>What the build wrote into the AppHost's assembly (build/ImageSearch.Hosting.targets).</summary>
internal sealed record AppHostMetadata(string Directory, string ApplicationName)
{
    private const string DirectoryKey = "apphostprojectpath";

    public static string? DirectoryOf(Assembly? appHost) => Find(appHost, DirectoryKey);

    /// <summary>The assembly that a referenced project builds; the key carries the project's path.</summary>
    public static string? OutputOf(IProjectMetadata project) => Find(project.GetType().Assembly, $"aspireprojectoutput:{project.ProjectPath}");

    private static string? Find(Assembly? assembly, string key) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.Ordinal))?.Value;
}
