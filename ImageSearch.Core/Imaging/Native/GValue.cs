using System.Runtime.InteropServices;

namespace ImageSearch.Core.Imaging.Native;

/// <summary>GObject's typed value: a type and 16 bytes that only GObject reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    public nuint Type;
    public ulong Data0;
    public ulong Data1;
}
