using System.Runtime.CompilerServices;

namespace ImageSearch.AppHost.Tests;

/// <summary>
/// Every host watches its settings files with an inotify instance, of which a user has 128: no test edits settings, so none watches. What
/// tests start inherits it.
/// </summary>
internal static class NoFileWatchers
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
