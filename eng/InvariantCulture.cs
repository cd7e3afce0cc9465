using System.Globalization;
using System.Runtime.CompilerServices;

namespace ImageSearch;

/// <summary>Numbers and dates are written and read in the same way on every machine. Compiled into every program.</summary>
internal static class InvariantCulture
{
    [ModuleInitializer]
    internal static void Set() => CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
}
