using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search.Graph;

/// <summary>Neighbours of a node that are about to be compared.</summary>
internal sealed unsafe class Neighbours(int most)
{
    public sbyte** Codes { get; } = (sbyte**)NativeMemory.Alloc((nuint)most, (nuint)sizeof(sbyte*));

    public float** Scales { get; } = (float**)NativeMemory.Alloc((nuint)most, (nuint)sizeof(float*));

    public int* Nodes { get; } = (int*)NativeMemory.Alloc((nuint)most, sizeof(int));

    public int Count { get; set; }

    public long Bytes => most * (long)(sizeof(sbyte*) + sizeof(float*) + sizeof(int));

    ~Neighbours()
    {
        NativeMemory.Free(Codes);
        NativeMemory.Free(Scales);
        NativeMemory.Free(Nodes);
    }
}
