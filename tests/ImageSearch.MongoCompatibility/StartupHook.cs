using System.Reflection;

/// <summary>
/// MongoDB.Driver speaks to servers from 4.4 on, and the only mongod that npm has is 4.0. In a process that has this hook the driver takes
/// that one, too: everything used here exists in both. Processes load it by <c>DOTNET_STARTUP_HOOKS</c>, tests call it.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for a StartupHook without a namespace.
public static class StartupHook
#pragma warning restore CA1050
{
    private const string Driver = "MongoDB.Driver";

    /// <summary>That of MongoDB 4.0.</summary>
    private const int OldestWireVersion = 7;

    /// <summary>A process that never loads the driver pays nothing, and needs not have it.</summary>
    public static void Initialize()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Relax(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Relax(assembly);
        }
    }

    private static void Relax(Assembly assembly)
    {
        if (assembly.GetName().Name != Driver)
        {
            return;
        }

        var supported = assembly.GetType("MongoDB.Driver.Core.Misc.WireVersion")?
            .GetField("__supportedWireVersionRange", BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null);
        var minimum = supported?.GetType().GetField("_min", BindingFlags.NonPublic | BindingFlags.Instance)
            ?? throw new InvalidOperationException($"{assembly.FullName} keeps the server versions that it supports elsewhere: tests/ImageSearch.MongoCompatibility must be mended.");
        minimum.SetValue(supported, OldestWireVersion);
    }
}
